package main

// health is for IT: whether the figures can be trusted, and why not. The ids of its panels
// stand in alerts/panels.yml.
func health(e *edition) *dashboard {
	b := newBuilder(e, "dvc-he-thong", "Hệ thống", "Tình trạng các nguồn, lượt đọc, dòng bị từ chối, chi phí thu thập và cảnh báo. Dành cho cán bộ công nghệ thông tin.", "now-24h")
	t := b.t
	source := func(ref, title, metric string, properties ...property) healthColumn {
		return healthColumn{query{ref: ref, expr: "max by (source) (" + metric + ")"}, title, properties}
	}
	clock, yes := property{"unit", unitTime}, property{"mappings", b.upMappings()}
	b.add(0, 0, 24, 7, id(1, b.plain(t("Nguồn: lượt đọc gần nhất"), t("Một dòng cho mỗi nguồn. Tốt là 1: mọi phần cần có của lượt gần nhất đã dùng được. Số liệu tính đến: thời điểm của số liệu; lượt tốt gần nhất: khi mọi phần đều đọc được."), "source", []healthColumn{
		source("up", t("Tốt"), "dvc_source_up", yes, property{"custom.cellOptions", obj{"type": "color-text"}}),
		source("data", t("Số liệu tính đến"), "1000 * dvc_data_timestamp_seconds", clock),
		source("success", t("Lượt tốt gần nhất"), "1000 * dvc_source_last_success_timestamp_seconds", clock),
		source("attempt", t("Lượt gần nhất"), "1000 * dvc_source_last_attempt_timestamp_seconds", clock),
		source("age", t("Cách đây (phút)"), "(time() - dvc_source_last_attempt_timestamp_seconds) / 60", property{"decimals", 1}),
		source("every", t("Chu kỳ (phút)"), "dvc_source_refresh_interval_seconds / 60", property{"decimals", 1}),
		source("took", t("Mất (giây)"), "dvc_source_collect_duration_seconds", property{"decimals", 2}),
	})))
	b.add(0, 7, 8, 7, b.plain(t("Phần đang không đọc được"), t("Các phần (dịch vụ của Cổng, trang, thư mục) mà lượt gần nhất không dùng được; số liệu cũ của chúng được giữ và hiện màu xám. Trống: mọi phần đều tốt."), "", []healthColumn{
		{query{ref: "down", expr: `max by (source, part, window) (dvc_source_part_up) == 0`}, t("Tốt"), []property{yes}},
	}))
	b.add(8, 7, 9, 7, id(2, b.plain(t("Dòng đã dùng, bị từ chối, không khớp đơn vị"), t("Số dòng của lượt đọc gần nhất. Bị từ chối: lý do ở trang chính của exporter và tệp CSV trong thư mục trạng thái. Không khớp: tên đơn vị không có trong danh sách."), "source", []healthColumn{
		source("rows", t("Đã dùng"), "dvc_source_rows", property{"unit", unitNumber}, property{"decimals", 0}),
		source("rejected", t("Bị từ chối"), "dvc_source_rows_rejected", property{"unit", unitNumber}, property{"decimals", 0}),
		source("unmatched", t("Không khớp"), "dvc_source_rows_unmatched", property{"unit", unitNumber}, property{"decimals", 0}),
	})))
	b.add(17, 7, 7, 7, id(3, b.graph(t("Lỗi theo lý do (mỗi giờ)"), t("Số câu trả lời thiếu hoặc bị từ chối trong một giờ qua, theo nguồn và lý do (dvc_source_failures_total)."), unitNumber, 0,
		query{ref: "failures", expr: `sum by (source, reason) (increase(dvc_source_failures_total[1h])) > 0`, legend: "{{source}}: {{reason}}"},
		query{ref: "none", expr: `sum(increase(dvc_source_failures_total[1h])) == 0`, legend: t("không có lỗi")})))
	b.add(0, 14, 8, 7, id(4, b.graph(t("Số liệu đã công bố bị sửa"), t("Số liệu của các kỳ đã đóng mà Cổng đã sửa trong một ngày qua (dvc_source_revisions_total)."), unitNumber, 0,
		query{ref: "revisions", expr: `sum by (source) (increase(dvc_source_revisions_total[1d]))`, legend: "{{source}}"})))
	b.add(8, 14, 16, 7, id(5, b.stat(t("Exporter, cấu hình, trạng thái trên đĩa"), t("Prometheus có đọc được exporter không; tệp chỉ tiêu và đơn vị đọc được lần gần nhất; lúc trạng thái được ghi gần nhất; lúc exporter khởi động."), stat{across: true, sizes: obj{"titleSize": 16, "valueSize": 28}, figures: []figure{
		{query: query{ref: "up", expr: `max(up{job="dvc"})`, legend: t("Đọc được exporter")}, unit: "none", mappings: b.upMappings()},
		{query: query{ref: "reload", expr: `min(dvc_config_last_reload_successful)`, legend: t("Tệp cấu hình tốt")}, unit: "none", mappings: b.upMappings()},
		{query: query{ref: "written", expr: `1000 * max(dvc_state_last_write_timestamp_seconds)`, legend: t("Trạng thái ghi lúc")}, unit: unitTime},
		{query: query{ref: "started", expr: `1000 * max(process_start_time_seconds{job="dvc"})`, legend: t("Khởi động lúc")}, unit: unitTime},
	}})))
	b.add(0, 21, 12, 10, id(6, b.plain(t("Cảnh báo đang phát"), t("Cảnh báo của Prometheus ở trạng thái firing; Watchdog luôn phát, thiếu nó là hệ thống cảnh báo hỏng. Ai nhận: cấu hình Alertmanager."), "", []healthColumn{
		{query{ref: "firing", expr: `count by (alertname, severity, category) (ALERTS{alertstate="firing"})`}, t("Số"), nil},
	})))
	b.add(12, 21, 12, 10, b.alertList())
	b.add(0, 31, 8, 8, b.graph(t("Thời gian một lần thu thập"), t("Prometheus đọc /metrics mất bao lâu (scrape_duration_seconds)."), "s", 2,
		query{ref: "duration", expr: `max(scrape_duration_seconds{job="dvc"})`, legend: t("một lần đọc")}))
	b.add(8, 31, 8, 8, b.graph(t("Số chuỗi số liệu"), t("Số mẫu mỗi lần Prometheus đọc (scrape_samples_scraped)."), unitNumber, 0,
		query{ref: "samples", expr: `max(scrape_samples_scraped{job="dvc"})`, legend: t("mẫu")}))
	b.add(16, 31, 8, 8, b.graph(t("Bộ nhớ và CPU của exporter"), t("Bộ nhớ thường trú của tiến trình; CPU tính theo phần của một lõi."), "bytes", 0,
		query{ref: "memory", expr: `max(process_resident_memory_bytes{job="dvc"})`, legend: t("bộ nhớ")},
		query{ref: "cpu", expr: `max(rate(process_cpu_seconds_total{job="dvc"}[$__rate_interval]))`, legend: "CPU"}))
	last := b.Panels[len(b.Panels)-1]
	last.FieldConfig.Overrides = append(last.FieldConfig.Overrides, byRef("cpu", property{"unit", "percentunit"}, property{"custom.axisPlacement", "right"}))
	return &b.dashboard
}

// healthColumn is a column of a table for the desk, in Grafana's own type.
type healthColumn struct {
	query
	title      string
	properties []property
}

// plain is a table with text of the usual size: whoever reads it sits before it.
func (b *builder) plain(title, description, by string, columns []healthColumn) *panel {
	p := &panel{Type: "table", Title: title, Description: description, Datasource: prometheus()}
	var queries []query
	for _, c := range columns {
		queries = append(queries, c.query)
		field := "Value #" + c.ref
		if len(columns) == 1 {
			field = "Value"
		}
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName(field, append([]property{{"displayName", c.title}}, c.properties...)...))
	}
	p.Targets = b.queries("table", queries...)
	for _, label := range [][2]string{{"part", "Phần"}, {"window", "Kỳ"}, {"alertname", "Cảnh báo"}, {"severity", "Mức độ"}, {"category", "Loại"}} {
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName(label[0], property{"displayName", b.t(label[1])}, property{"custom.minWidth", 100}))
	}
	var names []obj
	for i, s := range sourceNames {
		names = append(names, obj{"type": "value", "options": obj{s[0]: obj{"text": b.t(s[1]), "index": i}}})
	}
	p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName("source", property{"displayName", b.t("Nguồn")}, property{"mappings", names}, property{"custom.width", 185}))
	if by != "" {
		p.Transformations = append(p.Transformations, obj{"id": "joinByField", "options": obj{"byField": by, "mode": "outer"}})
	}
	p.Transformations = append(p.Transformations, obj{"id": "filterFieldsByName", "options": obj{"include": obj{"pattern": "^(?!Time).*"}}})
	p.FieldConfig.Defaults = obj{"color": fixed("text"), "noValue": b.t("Không có"), "custom": obj{"align": "auto", "cellOptions": obj{"type": "auto"}, "filterable": false, "inspect": false, "minWidth": 90}}
	p.Options = obj{"cellHeight": "sm", "showHeader": true}
	return p
}

// upMappings say in a word and a colour whether something is up.
func (b *builder) upMappings() []obj {
	return []obj{{"type": "value", "options": obj{
		"1": obj{"text": "✓ " + b.t("tốt"), "color": colorGood, "index": 0},
		"0": obj{"text": "✗ " + b.t("lỗi"), "color": colorBad, "index": 1},
	}}}
}

// graph is lines from 0 on.
func (b *builder) graph(title, description, unit string, decimals int, queries ...query) *panel {
	p := b.lines(title, description, unit, decimals, queries...)
	p.FieldConfig.Defaults["min"] = 0
	return p
}

// alertList is what Prometheus' rules say at the moment, as Grafana shows rules.
func (b *builder) alertList() *panel {
	return &panel{
		Type: "alertlist", Title: b.t("Cảnh báo theo quy tắc"), Description: b.t("Các quy tắc cảnh báo của Prometheus và trạng thái của chúng, như Grafana đọc từ nguồn dữ liệu."),
		Options: obj{
			"alertInstanceLabelFilter": "", "alertName": "", "dashboardAlerts": false, "datasource": "Prometheus", "groupBy": []string{}, "groupMode": "default",
			"maxItems": 30, "showInstances": false, "sortOrder": 3, "viewMode": "list",
			"stateFilter": obj{"error": true, "firing": true, "noData": false, "normal": false, "pending": true, "recovering": true},
		},
	}
}
