package main

// reasons counts what a source's answers were refused for.
var reasons = "{{ range printf `round(sum by (reason) (increase(dvc_source_failures_total{source=%q}[1d]))) > 0` $labels.source | query | sortByLabel \"reason\" -}} " +
	"{{ .Labels.reason }} {{ .Value | " + count.pipeline + " }}; {{ else }}chưa ghi nhận; {{ end -}} "

var health = []alert{
	{
		name: "DvcSourceDown",
		about: `
			The last round failed and, counted from the last one without failure, a second
			round is due too. A source that never worked: after its first round.`,
		panel: panel{system, 1},
		expr: `
			(
				(time() - max by (source) (dvc_source_last_success_timestamp_seconds))
				/ max by (source) (dvc_source_refresh_interval_seconds)
				> on () group_left () dvc:source_down_rounds:threshold
			)
			and on (source) max by (source) (dvc_source_up) == 0
			and on (source) max by (source) (dvc_source_last_attempt_timestamp_seconds) > 0
			unless on (source) source:dvc_source_failures:only_stale`,
		text: text{
			summary:     "Nguồn " + sourceName + " không lấy được số liệu từ hai vòng trở lên",
			description: "Lần thành công gần nhất: " + moment("(dvc_source_last_success_timestamp_seconds{source=$source} > 0)") + ". Câu trả lời bị loại trong 24 giờ qua: " + reasons + "số liệu cũ vẫn được giữ và hiển thị kèm thời điểm.",
		},
	},
	{
		name:       "DvcSourceStale",
		severities: []string{"critical"},
		panel:      panel{system, 1},
		expr: `
			(
				(time() - max by (source) (dvc_source_last_success_timestamp_seconds > 0))
				/ max by (source) (dvc_source_refresh_interval_seconds)
			)
			> on () group_left () dvc:source_stale_intervals:threshold
			unless on (source) source:dvc_source_failures:only_stale`,
		wait: "10m",
		text: text{
			summary:     "Số liệu nguồn " + sourceName + " đã cũ: " + times.value() + " lần chu kỳ cập nhật",
			description: "Lần thành công gần nhất: " + moment("(dvc_source_last_success_timestamp_seconds{source=$source} > 0)") + ". Khi quá hạn lưu (DVC_EXPIRE_AFTER) số liệu sẽ không còn được hiển thị và các cảnh báo nghiệp vụ dựa trên nguồn này sẽ dừng.",
		},
	},
	{
		name:  "DvcRowsRejected",
		panel: panel{system, 2},
		expr: `
			max by (source) (dvc_source_rows_rejected)
			> on () group_left () dvc:rejected_rows:threshold`,
		text: text{
			summary:     "Nguồn " + sourceName + ": " + count.value() + " dòng bị loại",
			description: count.value() + " dòng không dùng được, " + count.of("dvc_source_rows{source=$source}") + " dòng dùng được. Lý do từng dòng có trên trang chủ của exporter.",
		},
	},
	{
		name:  "DvcRowsUnmatched",
		panel: panel{system, 2},
		expr: `
			max by (source) (dvc_source_rows_unmatched)
			> on () group_left () dvc:unmatched_rows:threshold`,
		text: text{
			summary:     "Nguồn " + sourceName + ": " + count.value() + " dòng không rõ đơn vị",
			description: count.value() + " dòng mang tên đơn vị không có trong danh mục, " + count.of("dvc_source_rows{source=$source}") + " dòng dùng được. Thêm tên gọi khác của đơn vị vào DVC_UNITS_FILE.",
		},
	},
	{
		name: "DvcLayoutChanged",
		about: `
			Answers arrive but are not what they were. Not silenced by DvcSourceDown: it says why.`,
		panel: panel{system, 3},
		expr: `
			(
				round(sum by (source) (
					increase(dvc_source_failures_total{reason=~"not_data|malformed|too_few_units|contradictory"}[1d])
				))
				>= on () group_left () dvc:layout_failures:threshold
			)
			and on (source) max by (source) (dvc_source_up) == 0`,
		text: text{
			summary:     "Nguồn " + sourceName + " có thể đã đổi cấu trúc: " + count.value() + " câu trả lời sai dạng trong 24 giờ",
			description: "Nguồn có trả lời nhưng nội dung không đúng dạng đã biết (trang HTML thay cho dữ liệu, thiếu đơn vị, số liệu mâu thuẫn). Số liệu cũ được giữ nguyên, không thay bằng số 0.",
		},
	},
	{
		name: "DvcListsStale",
		about: `
			Offices whose list of dossiers nobody renews. It has no label source: it is not
			silenced by that source's failure, which it is about.`,
		panel: panel{system, 1},
		expr:  `count(unit:dvc_dossiers_list:age_days > on () group_left () dvc:list_age_days:threshold) > 0`,
		text: text{
			summary: count.value() + " đơn vị không cập nhật danh sách hồ sơ",
			description: "Danh sách của các đơn vị sau cũ hơn " + count.of("dvc:list_age_days:threshold") + " ngày: {{ range query `(unit:dvc_dossiers_list:age_days > on () group_left () dvc:list_age_days:threshold) * on (unit) group_left (name) unit:dvc_unit_info:newest` | sortByLabel \"name\" }}{{ .Labels.name }} ({{ .Value | " + times.pipeline + " }} ngày); {{ end }}" +
				"số liệu của các đơn vị khác không bị ảnh hưởng. Kiểm tra việc xuất và chép tệp.",
		},
	},
	{
		name:  "DvcExporterFault",
		about: `A fault of the exporter itself, caught while it read an answer.`,
		panel: panel{system, 3},
		expr:  `round(sum by (source) (increase(dvc_source_failures_total{reason="internal"}[1d]))) > 0`,
		text: text{
			summary:     "Exporter gặp lỗi của chính nó khi đọc nguồn " + sourceName,
			description: count.value() + " lần trong 24 giờ qua exporter dừng giữa chừng khi đọc một câu trả lời. Số liệu cũ của phần đó được giữ; nhật ký của exporter có ngăn xếp (stack) để báo lỗi.",
		},
	},
	{
		name:  "DvcConfigReloadFailed",
		panel: panel{system, 5},
		expr: `
			min(dvc_config_last_reload_successful) == 0`,
		text: text{
			summary:     "Exporter không nạp được cấu hình mới",
			description: "Cấu hình cũ vẫn đang dùng. Lần nạp thành công gần nhất: " + moment("(dvc_config_last_reload_success_timestamp_seconds > 0)") + ". Tệp và dòng sai có trong nhật ký của exporter.",
		},
	},
	{
		name: "DvcStateNotWritten",
		about: `
			Figures are shown that were accepted later than the state on disk was written, or
			nothing was ever written.`,
		panel: panel{system, 5},
		expr: `
			max(dvc_data_timestamp_seconds) - (max(dvc_state_last_write_timestamp_seconds) or vector(0))
			> on () dvc:state_lag_seconds:threshold`,
		text: text{
			summary:     "Exporter không ghi được trạng thái xuống đĩa",
			description: "Lần ghi gần nhất: " + moment("(dvc_state_last_write_timestamp_seconds > 0)") + ". Nếu khởi động lại, số liệu sẽ cũ hơn số đang hiển thị. Kiểm tra dung lượng và quyền ghi của DVC_STATE_DIR.",
		},
	},
	{
		name:       "DvcExporterDown",
		severities: []string{"critical"},
		panel:      panel{system, 5},
		expr: `
			(max by (job) (up{job="dvc"}) or absent(up{job="dvc"}) * 0) == 0`,
		text: text{
			summary:     "Exporter không phản hồi",
			description: "Prometheus không đọc được số liệu của exporter (job dvc). Mọi bảng và cảnh báo nghiệp vụ ngừng cập nhật.",
		},
	},
	{
		name: "Watchdog",
		about: `
			Always fires. Whoever receives it raises the alarm when it stops coming: then
			Prometheus, Alertmanager or the way between is broken.`,
		severities: []string{"info"},
		panel:      panel{system, 6},
		expr: `
			vector(1)`,
		wait: none,
		text: text{
			summary:     "Đường cảnh báo đang hoạt động",
			description: "Cảnh báo này luôn bật. Nếu không còn nhận được, Prometheus hoặc Alertmanager đã ngừng.",
		},
	},
}
