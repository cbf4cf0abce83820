package main

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// unit is everything about one unit; alerts and the other dashboards lead here. The ids of
// its panels stand in alerts/panels.yml.
func unit(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-don-vi", "Một đơn vị", "Mọi số liệu về một đơn vị: điểm, hạng, nhóm, chỉ số, hồ sơ quá hạn, văn bản, diễn biến.", "now-90d").choosePeriod()
	t := b.t
	// The own province first, by a sign that stands before all letters; the first one is shown
	// where the address names none.
	names := `max by (unit, name) (unit:dvc_unit_info:newest)`
	b.chosen(variable{Name: "unit", Label: new(t("Đơn vị")), Sort: new(dashboard.VariableSortNaturalAsc)},
		`label_replace(label_replace(`+names+own+`, "name", "► $1", "name", "(.+)") or on (unit) `+names+`, "code", "$1", "unit", "(.+)")`)
	const sel = ` and on (unit) unit:dvc_unit_info:newest{unit="$unit"}`
	// Of an own province figures of local records are sums over its units.
	sumOr := func(sum, of string) string { return sum + `{unit="$unit"} or on () ` + of + `{unit="$unit"}` }

	b.add(0, 0, 8, 4, b.stat(t("Đơn vị"), t("Tên đơn vị, theo Cổng Dịch vụ công quốc gia hoặc danh sách đơn vị. Σ: các số theo dữ liệu của địa phương là tổng của mọi đơn vị."), statPanel{names: true, figures: []figure{
		{query: query{ref: "name", expr: `unit:dvc_unit_info:newest{unit="$unit"}`, legend: "{{name}}"}},
		{query: query{ref: "sums", expr: `province:dvc_unit_info:own{unit="$unit"}`, legend: t("Σ: số của địa phương là tổng các đơn vị")}},
		{query: query{ref: "none", expr: `absent(unit:dvc_unit_info:newest{unit="$unit"})`, legend: t("Không có đơn vị này")}},
	}}))
	b.add(8, 0, 16, 4, b.asOf(true, "portal|pages|records|documents|sql"))

	score := withGrade(`max by (unit, window) (dvc_score{window="$window",unit="$unit"})`) + ` * on (window) group_left (period) window:dvc_period:name`
	b.add(0, 4, 5, 5, b.stat(t("Điểm"), t("Tổng điểm do Cổng Dịch vụ công quốc gia công bố, nguyên như công bố, của kỳ đang xem."), statPanel{figures: []figure{
		{query: query{ref: "score", expr: score, legend: "${window:text} {{period}}{{graded}}", of: anyScores}, unit: unitNumber, decimals: 2}}}))
	b.add(5, 4, 5, 5, b.delta(t("Thay đổi điểm"), t("Điểm kỳ này trừ điểm kỳ liền trước, cùng loại kỳ."), t("so với kỳ trước"), `unit:dvc_score:delta1{window="$window",unit="$unit"}`, anyScores))
	b.add(0, 9, 10, 5, id(2, b.placeAndChange(sel)))
	b.add(10, 4, 14, 10, id(1, b.months(t("Điểm các tháng gần đây"), t("Tổng điểm của tháng gần nhất và sáu tháng trước; dấu cho thấy điểm nằm đâu giữa điểm thấp nhất và điểm cao nhất. Vạch xám: chỉ tiêu điểm, nếu kế hoạch có (dvc_target_score)."), sel, 6, anyScores)))

	ratio := `100 * max by (group) (unit_group:dvc_group_score:ratio{window="$window",unit="$unit"})`
	weakest := `unit_group:dvc_group_score:weakest{window="$window",unit="$unit"}`
	b.add(0, 14, 12, 11, id(3, b.groupTable(ratio, weakest, `{window="$window",unit="$unit"}`, "", anyScores)))
	b.add(12, 14, 12, 11, id(4, b.targetTable(t("Chỉ tiêu (vạch xám: mức phải đạt)"), againstTarget(chosenWindow, sel))))

	overdue := b.stat(t("Hồ sơ quá hạn theo khâu"), t("Chậm tiếp nhận: đã nộp mà quá hạn tiếp nhận vẫn ở trạng thái Mới đăng ký. Chậm xử lý: đã quá ngày hẹn trả mà chưa xong. Lũy kế đến nay, theo hồ sơ của địa phương. Danh sách từng hồ sơ: trang /late của exporter, sau mật khẩu."),
		statPanel{across: true, text: sizes(16, 36), figures: b.overdueByStage(`(province_stage:dvc_dossiers_overdue:sum{unit="$unit"} or unit_stage:dvc_dossiers_overdue:held{unit="$unit"})`)})
	b.add(0, 25, 8, 6, id(5, overdue))
	b.add(8, 25, 4, 6, id(6, b.single(t("Tỷ trọng quá hạn"), t("Phần của đơn vị trong tất cả hồ sơ quá hạn của các đơn vị, theo hồ sơ của địa phương."),
		figure{query: query{ref: "share", expr: `100 * (unit:dvc_dossiers_overdue:share{unit="$unit"} or (province:dvc_dossiers_overdue:sum{unit="$unit"} > 0) ^ 0)`, of: localDossiers}, unit: unitPercent, decimals: 1, color: colorCellBad})))
	oldest := b.stat(t("Quá hạn lâu nhất"), t("Số ngày từ hạn của hồ sơ quá hạn lâu nhất chưa xong đến nay; Không có: đơn vị không có hồ sơ quá hạn."), statPanel{nameless: true, text: sizes(16, 36), figures: []figure{
		{query: query{ref: "oldest", expr: sumOr("province:dvc_dossiers_oldest_overdue:age_days", "unit:dvc_dossiers_oldest_overdue:age_days"), of: localDossiers}, unit: "currency:financial: " + t("ngày") + ":suffix", color: colorCellBad},
		{query: query{ref: "nothing", expr: `((` + sumOr("province:dvc_dossiers_overdue:sum", "unit:dvc_dossiers_overdue:sum") + `) == 0) - 1`, of: localDossiers}, unit: "none", mappings: []mapping{values(map[string]dashboard.ValueMappingResult{"-1": {Text: new(t("Không có")), Index: new(int32(0))}})}},
	}})
	b.add(12, 25, 4, 6, id(7, oldest))
	b.add(16, 25, 8, 6, id(8, b.stat(t("Hồ sơ đang xử lý và sắp đến hạn"), t("Hồ sơ đang xử lý lúc này và phần trong đó sẽ đến hạn trong thời gian DVC_DUE_SOON (mặc định ba ngày)."), statPanel{across: true, text: sizes(16, 36), figures: []figure{
		{query: query{ref: "open", expr: summed(`dvc_dossiers_open`, ""), legend: t("Đang xử lý"), of: localDossiers}, unit: unitNumber},
		{query: query{ref: "soon", expr: sumOr("province:dvc_dossiers_due_soon:sum", "unit:dvc_dossiers_due_soon:held"), legend: t("Sắp đến hạn"), of: localDossiers}, unit: unitNumber},
	}})))
	b.add(0, 31, 8, 6, id(9, b.stat(t("Thư xin lỗi"), t("Hồ sơ chậm của kỳ phải có thư xin lỗi và phần đã gửi, nếu dữ liệu của địa phương có ghi."), statPanel{across: true, text: sizes(16, 36), figures: []figure{
		{query: query{ref: "due", expr: summed(`dvc_apologies_due`, `window="$window"`), legend: t("Phải gửi"), of: localDossiers}, unit: unitNumber},
		{query: query{ref: "sent", expr: summed(`dvc_apologies_sent`, `window="$window"`), legend: t("Đã gửi"), of: localDossiers}, unit: unitNumber},
	}})))
	received := []figure{
		{query: query{ref: "portal", expr: `max by (unit) (dvc_portal_dossiers_received{window="$window",unit="$unit"})`, legend: t("Cổng DVC quốc gia"), of: portalCounts}, unit: unitNumber},
		{query: query{ref: "local", expr: `unit:dvc_dossiers_received:local{window="$window",unit="$unit"}`, legend: t("Hồ sơ của địa phương"), of: localDossiers}, unit: unitNumber},
		{query: query{ref: "gap", expr: `100 * unit:dvc_dossiers_received:sync_gap{window="$window",unit="$unit"}`, legend: t("Chênh lệch"), of: portalCounts}, unit: unitPercent, decimals: 1, color: colorCellBad},
	}
	b.add(8, 31, 16, 6, id(11, b.stat(t("Hồ sơ đã nhận trong kỳ: Cổng và địa phương"), t("Cùng kỳ, cùng đơn vị, hai bên đếm; chênh lệch là phần của số lớn hơn. Chênh lệch lớn: dữ liệu chưa đồng bộ đủ."), statPanel{across: true, text: sizes(16, 36), figures: received})))

	b.add(0, 37, 12, 9, id(10, b.indicators(t("Công bố, công khai thủ tục hành chính"), `indicator=~"PUBLISH.*|PUBLIC_.*|DOSSIER_SYNC"`, rowHeight, publication)))
	b.add(12, 37, 12, 9, b.documentsOf())
	b.add(0, 46, 12, 10, b.trend(t("Điểm theo thời gian"), t("Tổng điểm công bố, theo số Prometheus đã lưu; lịch sử trước khi cài đặt nạp bằng lệnh backfill."), unitNumber, 2,
		query{ref: "year", expr: `max by (unit) (last_over_time(dvc_score{window="year",unit="$unit"}[25h]))`, legend: t("Năm")},
		query{ref: "month", expr: `max by (unit) (last_over_time(dvc_score{window="month",unit="$unit"}[25h]))`, legend: t("Tháng")}))
	b.add(12, 46, 12, 10, b.trend(t("Hồ sơ quá hạn theo thời gian"), t("Hồ sơ quá hạn của đơn vị, theo số Prometheus đã lưu."), unitNumber, 0,
		query{ref: "overdue", expr: `sum by (stage) (province_stage:dvc_dossiers_overdue:sum{unit="$unit",stage="processing"} or unit_stage:dvc_dossiers_overdue:held{unit="$unit",stage="processing"})`, legend: t("Chậm xử lý")},
		query{ref: "reception", expr: `sum by (stage) (province_stage:dvc_dossiers_overdue:sum{unit="$unit",stage="reception"} or unit_stage:dvc_dossiers_overdue:held{unit="$unit",stage="reception"})`, legend: t("Chậm tiếp nhận")}))
	b.add(0, 56, 14, 19, b.indicators(t("Mọi chỉ số có điểm"), `indicator!=""`, "md", unitDetails))
	b.add(14, 56, 10, 19, id(12, b.lostOf()))
	b.add(0, 75, 24, 8, b.alerts(t("Cảnh báo về đơn vị"), t("Cảnh báo đang phát về đơn vị này, cũ nhất trước. Cách xử lý từng cảnh báo: sổ tay vận hành (RUNBOOK.md)."), `unit="$unit"`))
	return &b.Dashboard
}

// summed is a figure of local records that a unit has, or, of an own province, the sum over
// its units.
func summed(metric, sel string) string {
	return `sum(max by (unit) (` + metric + `{` + sel + `}) and on (unit) unit:dvc_unit_info:own{parent="$unit"})` +
		` or on () max by (unit) (` + metric + `{` + strings.TrimPrefix(sel+`,unit="$unit"`, ",") + `})`
}

// placeAndChange is a unit's place among its kind and the change of it, in words.
func (b *builder) placeAndChange(sel string) *panel {
	p := b.placeOf(b.t("Hạng cùng loại"), b.t("Thứ hạng theo tổng điểm trong các đơn vị cùng loại; dòng dưới: lên, xuống bao nhiêu bậc so với kỳ trước."), sel, anyScores)
	moved := func(ref, sign, expr, color string) {
		p.Targets = append(p.Targets, b.queries(prometheus.PromQueryFormatTimeSeries, query{ref: ref, expr: `count_values("n", ` + expr + `)`, legend: sign, of: anyScores})...)
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byRef(ref, config{Color: fixed(color)}), byRef(ref+oldRef, config{Color: fixed(colorCellOld)}))
	}
	d := `(unit:dvc_rank:delta1{window="$window"}` + sel + `)`
	moved("up", "▲ {{n}}", "-("+d+" < 0)", colorCellGood)
	moved("down", "▼ {{n}}", d+" > 0", colorCellBad)
	moved("same", "= "+b.t("giữ hạng"), d+" == 0", plainTile)
	return p
}

// indicators lists a unit's indicators in points and as a share of their maximum.
func (b *builder) indicators(title, which string, rows common.TableCellHeight, of origin) *panel {
	sel := `{window="$window",unit="$unit",` + which + `}`
	score, most := `max by (indicator) (dvc_indicator_score`+sel+`)`, `max by (indicator) (dvc_indicator_score_max`+sel+`)`
	return b.table(title, b.t("Điểm công bố của chỉ số, điểm tối đa và số đếm tạo nên tỷ lệ. Nguồn: Cổng Dịch vụ công quốc gia."),
		tablePanel{by: "indicator", sort: "bar", rows: rows, columns: []column{
			{label: true, query: query{ref: "name", expr: `max by (indicator, name) (dvc_indicator_info) and on (indicator) ` + score}, title: b.t("Chỉ số"), cell: words(style{size: sizeDesk}), least: 170},
			{query: query{ref: "score", expr: "round(" + score + ", 0.01)", of: of}, title: b.t("Điểm"), cell: points(style{size: sizeDesk, bold: true}), width: 85, right: true},
			{query: query{ref: "most", expr: most, of: of}, title: b.t("Tối đa"), cell: points(style{size: sizeDesk}), width: 85, right: true},
			{query: query{ref: "bar", expr: `100 * ` + score + ` / (` + most + ` > 0)`, of: of}, title: b.t("% tối đa"), bar: colorGood, width: 120},
			{query: query{ref: "num", expr: `max by (indicator) (dvc_indicator_numerator{window="$window",unit="$unit",source="portal",` + which + `}) and on (indicator) ` + score, of: of}, title: b.t("Đạt (số đếm)"), cell: count(style{size: sizeDesk}), width: 105, right: true},
			{query: query{ref: "den", expr: `max by (indicator) (dvc_indicator_denominator{window="$window",unit="$unit",source="portal",` + which + `}) and on (indicator) ` + score, of: of}, title: b.t("Trên"), cell: count(style{size: sizeDesk}), width: 80, right: true},
		}})
}

// documentsOf is a unit's documents and work files.
func (b *builder) documentsOf() *panel {
	f := func(ref, legend, expr, unit string, decimals float64, color string) figure {
		return figure{query: query{ref: ref, expr: expr, legend: legend, of: localDocuments}, unit: unit, decimals: decimals, color: color}
	}
	ratio := func(indicator string) string {
		const sel = `:dvc_indicator:ratio{window="$window",unit="$unit",source="documents",indicator="`
		return `100 * max by (unit) (province_indicator` + sel + indicator + `"} or unit_indicator` + sel + indicator + `"})`
	}
	return b.stat(b.t("Văn bản, hồ sơ công việc"), b.t("Theo dữ liệu của địa phương: đang quá hạn và đang xử lý lúc này; đúng hạn và trên môi trường mạng trong số đã xong của kỳ."), statPanel{across: true, text: sizes(16, 36), figures: []figure{
		f("overdue", b.t("Đang quá hạn"), `province:dvc_documents_overdue:sum{unit="$unit"} or on () unit:dvc_documents_overdue:held{unit="$unit"}`, unitNumber, 0, colorCellBad),
		f("open", b.t("Đang xử lý"), summed("dvc_documents_open", ""), unitNumber, 0, ""),
		f("on_time", b.t("Đúng hạn"), ratio("DOCUMENT_ON_TIME"), unitPercent, 1, ""),
		f("online", b.t("Trên mạng"), ratio("DOCUMENT_ONLINE"), unitPercent, 1, ""),
	}})
}

// lines shows series over the dashboard's time.
func (b *builder) lines(title, description, unit string, decimals float64, queries ...query) *panel {
	for i := range queries {
		queries[i].ranged = true
	}
	return &panel{
		Type: "timeseries", Title: &title, Description: &description, Datasource: prometheusSource, Targets: b.queries(prometheus.PromQueryFormatTimeSeries, queries...),
		FieldConfig: &dashboard.FieldConfigSource{Defaults: config{
			Unit: &unit, Decimals: &decimals, NoValue: new(b.t("Chưa có số liệu")), Thresholds: thresholds(), Color: &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdPaletteClassicByName},
			Custom: common.GraphFieldConfig{LineWidth: new(3.0), FillOpacity: new(10.0), ShowPoints: new(common.VisibilityModeAlways), PointSize: new(6.0), SpanNulls: &common.BoolOrFloat64{Bool: new(false)}},
		}},
		Options: timeseries.Options{
			Legend:  common.VizLegendOptions{DisplayMode: common.LegendDisplayModeList, Placement: common.LegendPlacementBottom, ShowLegend: true, Calcs: []string{}},
			Tooltip: common.VizTooltipOptions{Mode: common.TooltipDisplayModeMulti, Sort: common.SortOrderDescending},
		},
	}
}

// trend is two figures over time, the first one solid blue, the second one dashed orange.
func (b *builder) trend(title, description, unit string, decimals float64, first, second query) *panel {
	p := b.lines(title, description, unit, decimals, first, second)
	p.FieldConfig.Overrides = []override{
		byRef(first.ref, config{Color: fixed(colorGood)}),
		byRef(second.ref, config{Color: fixed(colorBad), Custom: common.GraphFieldConfig{LineStyle: &common.LineStyle{Fill: new(common.LineStyleFillDash), Dash: []float64{10, 6}}}}),
	}
	return p
}
