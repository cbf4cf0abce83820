package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// health is for IT: whether the figures can be trusted, and why not. The ids of its panels
// stand in alerts/panels.yml.
func health(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-he-thong", "Hệ thống", "Tình trạng các nguồn, lượt đọc, dòng bị từ chối, chi phí thu thập và cảnh báo. Dành cho cán bộ công nghệ thông tin.", "now-24h")
	t := b.t
	source := func(ref, title, metric string, c config) healthColumn {
		return healthColumn{query{ref: ref, expr: "max by (source) (" + metric + ")"}, title, c}
	}
	clock, yes, whole, tenths := config{Unit: new(unitTime)}, config{Mappings: b.upMappings()}, config{Unit: new(unitNumber), Decimals: new(0.0)}, config{Unit: new(unitNumber), Decimals: new(1.0)}
	b.add(0, 0, 24, 7, id(1, b.plain(t("Nguồn: lượt đọc gần nhất"), t("Một dòng cho mỗi nguồn. Tốt là 1: mọi phần cần có của lượt gần nhất đã dùng được. Số liệu tính đến: thời điểm của số liệu; lượt tốt gần nhất: khi mọi phần đều đọc được."), "source", []healthColumn{
		source("up", t("Tốt"), "dvc_source_up", config{Mappings: b.upMappings(), Custom: columnOptions{CellOptions: &cellOptions{Type: "color-background", Mode: "basic"}}}),
		source("data", t("Số liệu tính đến"), "1000 * dvc_data_timestamp_seconds", clock),
		source("success", t("Lượt tốt gần nhất"), "1000 * dvc_source_last_success_timestamp_seconds", clock),
		source("attempt", t("Lượt gần nhất"), "1000 * dvc_source_last_attempt_timestamp_seconds", clock),
		source("age", t("Cách đây (phút)"), "(time() - dvc_source_last_attempt_timestamp_seconds) / 60", tenths),
		source("every", t("Chu kỳ (phút)"), "dvc_source_refresh_interval_seconds / 60", tenths),
		source("took", t("Mất (giây)"), "dvc_source_collect_duration_seconds", config{Unit: new(unitNumber), Decimals: new(2.0)}),
	})))
	b.add(0, 7, 8, 7, b.plain(t("Phần đang không đọc được"), t("Các phần (dịch vụ của Cổng, trang, thư mục) mà lượt gần nhất không dùng được; số liệu cũ của chúng được giữ và hiện màu xám. Trống: mọi phần đều tốt."), "", []healthColumn{
		{query{ref: "down", expr: `max by (source, part, window) (dvc_source_part_up) == 0`}, t("Tốt"), yes},
	}))
	b.add(8, 7, 9, 7, id(2, b.plain(t("Dòng đã dùng, bị từ chối, không khớp đơn vị"), t("Số dòng của lượt đọc gần nhất. Bị từ chối: lý do ở trang chính của exporter và tệp CSV trong thư mục trạng thái. Không khớp: tên đơn vị không có trong danh sách."), "source", []healthColumn{
		source("rows", t("Đã dùng"), "dvc_source_rows", whole),
		source("rejected", t("Bị từ chối"), "dvc_source_rows_rejected", whole),
		source("unmatched", t("Không khớp"), "dvc_source_rows_unmatched", whole),
	})))
	b.add(17, 7, 7, 7, id(3, b.graph(t("Lỗi theo lý do (mỗi giờ)"), t("Số câu trả lời thiếu hoặc bị từ chối trong một giờ qua, theo nguồn và lý do (dvc_source_failures_total)."), unitNumber, 0,
		query{ref: "failures", expr: b.namedSource(`sum by (source, reason) (increase(dvc_source_failures_total[1h])) > 0`), legend: "{{from}}: {{reason}}"},
		query{ref: "none", expr: `sum(increase(dvc_source_failures_total[1h])) == 0`, legend: t("không có lỗi")})))
	b.add(0, 14, 8, 7, id(4, b.graph(t("Số liệu đã công bố bị sửa"), t("Số liệu của các kỳ đã đóng mà Cổng đã sửa trong một ngày qua (dvc_source_revisions_total)."), unitNumber, 0,
		query{ref: "revisions", expr: b.namedSource(`sum by (source) (increase(dvc_source_revisions_total[1d]))`), legend: "{{from}}"})))
	b.add(8, 14, 16, 7, id(5, b.stat(t("Exporter, cấu hình, trạng thái trên đĩa"), t("Prometheus có đọc được exporter không; tệp chỉ tiêu và đơn vị đọc được lần gần nhất; lúc trạng thái được ghi gần nhất; lúc exporter khởi động."), statPanel{across: true, text: sizes(16, 28), figures: []figure{
		{query: query{ref: "up", expr: `max(up{job="dvc"})`, legend: t("Đọc được exporter")}, unit: "none", mappings: b.upMappings()},
		{query: query{ref: "reload", expr: `min(dvc_config_last_reload_successful)`, legend: t("Tệp cấu hình tốt")}, unit: "none", mappings: b.upMappings()},
		{query: query{ref: "written", expr: `1000 * max(dvc_state_last_write_timestamp_seconds)`, legend: t("Trạng thái ghi lúc")}, unit: unitTime},
		{query: query{ref: "started", expr: `1000 * max(process_start_time_seconds{job="dvc"})`, legend: t("Khởi động lúc")}, unit: unitTime},
	}})))
	b.add(0, 21, 24, 10, id(6, b.alerts(t("Cảnh báo đang phát"), t("Mỗi cảnh báo một dòng, cũ nhất trước; bấm vào đơn vị để xem trang của đơn vị. Ai nhận: cấu hình Alertmanager."), "")))
	b.add(0, 31, 8, 8, b.graph(t("Thời gian một lần thu thập"), t("Prometheus đọc /metrics mất bao lâu (scrape_duration_seconds)."), "currency:financial: ms:suffix", 0,
		query{ref: "duration", expr: `1000 * max(scrape_duration_seconds{job="dvc"})`, legend: t("một lần đọc")}))
	b.add(8, 31, 8, 8, b.graph(t("Số chuỗi số liệu"), t("Số mẫu mỗi lần Prometheus đọc (scrape_samples_scraped)."), unitNumber, 0,
		query{ref: "samples", expr: `max(scrape_samples_scraped{job="dvc"})`, legend: t("mẫu")}))
	b.add(16, 31, 8, 8, b.graph(t("Bộ nhớ và CPU của exporter"), t("Bộ nhớ thường trú của tiến trình; CPU tính theo phần của một lõi."), "currency:financial: MiB:suffix", 0,
		query{ref: "memory", expr: `max(process_resident_memory_bytes{job="dvc"}) / 1048576`, legend: t("bộ nhớ")},
		query{ref: "cpu", expr: `100 * max(rate(process_cpu_seconds_total{job="dvc"}[$__rate_interval]))`, legend: "CPU"}))
	last := b.Panels[len(b.Panels)-1].Panel
	last.FieldConfig.Overrides = append(last.FieldConfig.Overrides, byRef("cpu", config{Unit: new(unitPercent), Decimals: new(1.0), Custom: common.GraphFieldConfig{AxisPlacement: new(common.AxisPlacementRight)}}))
	return &b.Dashboard
}

// healthColumn is a column of a table for the desk, in Grafana's own type.
type healthColumn struct {
	query
	title  string
	config config
}

// plain is a table with text of the usual size: whoever reads it sits before it.
func (b *builder) plain(title, description, by string, columns []healthColumn) *panel {
	p := &panel{Type: "table", Title: &title, Description: &description, Datasource: prometheusSource, FieldConfig: &dashboard.FieldConfigSource{}}
	var queries []query
	set := func(name, title string, c config) {
		c.DisplayName = &title
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName(name, c))
	}
	for _, c := range columns {
		queries = append(queries, c.query)
		field := "Value #" + c.ref
		if len(columns) == 1 {
			field = "Value"
		}
		set(field, c.title, c.config)
	}
	p.Targets = b.queries(prometheus.PromQueryFormatTable, queries...)
	for _, label := range [][2]string{{"part", "Phần"}, {"window", "Kỳ"}, {"alertname", "Cảnh báo"}, {"severity", "Mức độ"}, {"category", "Loại"}, {"indicator", "Chỉ số"}, {"group", "Nhóm"}, {"among", "Xếp trong"}} {
		set(label[0], b.t(label[1]), config{Custom: columnOptions{MinWidth: 100}})
	}
	names := map[string]dashboard.ValueMappingResult{}
	for i, s := range sourceNames {
		names[s[0]] = dashboard.ValueMappingResult{Text: new(b.t(s[1])), Index: new(int32(i))}
	}
	set("source", b.t("Nguồn"), config{Mappings: []mapping{values(names)}, Custom: columnOptions{Width: 185}})
	if by != "" {
		p.Transformations = append(p.Transformations, transformation(joinByField{by, "outer"}))
	}
	p.Transformations = append(p.Transformations, transformation(filterFieldsByName{fieldNames{Pattern: "^(?!Time).*"}}))
	p.FieldConfig.Defaults = config{Color: fixed("text"), NoValue: new(b.t("Không có")), Custom: columnOptions{Align: "auto", CellOptions: &cellOptions{Type: "auto"}, Filterable: new(false), Inspect: new(false), MinWidth: 90}}
	p.Options = table.Options{CellHeight: new(common.TableCellHeightSm), ShowHeader: true}
	return p
}

// upMappings say in a word and a colour whether something is up.
func (b *builder) upMappings() []mapping {
	return []mapping{values(map[string]dashboard.ValueMappingResult{
		"1": {Text: new("✓ " + b.t("tốt")), Color: new(colorCellGood), Index: new(int32(0))},
		"0": {Text: new("✗ " + b.t("lỗi")), Color: new(colorCellBad), Index: new(int32(1))},
	})}
}

// graph is lines from 0 on.
func (b *builder) graph(title, description, unit string, decimals float64, queries ...query) *panel {
	p := b.lines(title, description, unit, decimals, queries...)
	p.FieldConfig.Defaults.Min = new(0.0)
	return p
}

// alerts lists what fires, the oldest first.
func (b *builder) alerts(title, description, sel string) *panel {
	firing := `alert:dvc_alert_firing:start_timestamp{` + sel + `}`
	p := b.plain(title, description, "", []healthColumn{
		{query{ref: "since", expr: `sort((` + firing + ` * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest) or ` + firing + ` unless on (unit) unit:dvc_unit_info:newest) * 1000)`, live: true}, b.t("Từ lúc"), config{Unit: new(unitTime)}},
	})
	p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName("name", config{DisplayName: new(b.t("Đơn vị")), Custom: columnOptions{MinWidth: 300},
		Links: []link{{Title: b.t("Xem đơn vị"), Tags: []string{}, Url: new("/d/dvc-don-vi?var-unit=${__data.fields.unit}")}}}))
	p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName("unit", config{Custom: columnOptions{HideFromViz: true}}))
	order, shown := map[string]int{}, []string{"alertname", "name", "indicator", "group", "source", "severity", "category", "Value", "unit"}
	for i, name := range shown {
		order[name] = i
	}
	p.Transformations = append(p.Transformations, transformation(filterFieldsByName{fieldNames{Names: shown}}), transformation(organize{order}))
	return p
}

// namedSource gives series the name of their source as the label from.
func (b *builder) namedSource(expr string) string {
	for _, s := range sourceNames {
		expr = `label_replace(` + expr + `, "from", "` + b.t(s[1]) + `", "source", "` + s[0] + `")`
	}
	return expr
}
