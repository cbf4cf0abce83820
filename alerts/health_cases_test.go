package main

var healthTests = testFile{name: "health", about: "The health of sources and exporter.", tests: []ruleTest{
	{
		name:  "DvcSourceDown: fires, after two rounds",
		steps: 60,
		series: `
				dvc_source_refresh_interval_seconds{source="portal"} 21600
				dvc_source_up{source="portal"} 0
				dvc_source_last_success_timestamp_seconds{source="portal"} 1722524400
				dvc_source_last_attempt_timestamp_seconds{source="portal"} 1722567600
				dvc_source_failures_total{source="portal",reason="timeout"} 0x10 14x50
				dvc_source_failures_total{source="portal",reason="refused"} 0`,
		alerts: []alertCase{
			{at: "2m"},
			{at: "20m", fires: []firing{
				{labels: "source: portal", text: text{
					summary:     "Nguồn portal không lấy được số liệu từ hai vòng trở lên",
					description: "Lần thành công gần nhất: 22:00 1/8/2024. Câu trả lời bị loại trong 24 giờ qua: timeout 14; số liệu cũ vẫn được giữ và hiển thị kèm thời điểm.",
				}},
			}},
		},
	},
	{
		name:  "DvcSourceDown: fires, a source that never worked",
		steps: 60,
		series: `
				dvc_source_refresh_interval_seconds{source="portal"} 21600
				dvc_source_up{source="portal"} 0
				dvc_source_last_success_timestamp_seconds{source="portal"} 0
				dvc_source_last_attempt_timestamp_seconds{source="portal"} 1722567540`,
		alerts: []alertCase{
			{at: "20m", fires: []firing{
				{labels: "source: portal", text: text{
					summary:     "Nguồn portal không lấy được số liệu từ hai vòng trở lên",
					description: "Lần thành công gần nhất: chưa có số liệu. Câu trả lời bị loại trong 24 giờ qua: chưa ghi nhận; số liệu cũ vẫn được giữ và hiển thị kèm thời điểm.",
				}},
			}},
		},
	},
	{
		name:  "DvcSourceDown: just below, one failed round, or an old success that holds",
		steps: 60,
		series: recordsUp + `
				dvc_source_refresh_interval_seconds{source="portal"} 21600
				dvc_source_up{source="portal"} 0
				dvc_source_last_success_timestamp_seconds{source="portal"} 1722545600
				dvc_source_last_attempt_timestamp_seconds{source="portal"} 1722567200
				dvc_source_refresh_interval_seconds{source="records"} 600
				dvc_source_last_success_timestamp_seconds{source="records"} 1722558600
				dvc_source_last_attempt_timestamp_seconds{source="records"} 1722558600`,
		alerts: []alertCase{
			{at: "20m"},
		},
	},
	{
		name:  "DvcSourceDown: missing, before the first round",
		steps: 60,
		series: `
				dvc_source_refresh_interval_seconds{source="portal"} 21600
				dvc_source_up{source="portal"} 0
				dvc_source_last_success_timestamp_seconds{source="portal"} 0
				dvc_source_last_attempt_timestamp_seconds{source="portal"} 0`,
		alerts: []alertCase{
			{at: "20m"},
		},
	},
	{
		name:  "DvcSourceStale: fires",
		steps: 60,
		series: `
				dvc_source_refresh_interval_seconds{source="portal"} 21600
				dvc_source_up{source="portal"} 0
				dvc_source_last_success_timestamp_seconds{source="portal"} 1722507600`,
		alerts: []alertCase{
			{at: "9m"},
			{at: "20m", fires: []firing{
				{labels: "source: portal", text: text{
					summary:     "Số liệu nguồn portal đã cũ: 2,8 lần chu kỳ cập nhật",
					description: "Lần thành công gần nhất: 17:20 1/8/2024. Khi quá hạn lưu (DVC_EXPIRE_AFTER) số liệu sẽ không còn được hiển thị và các cảnh báo nghiệp vụ dựa trên nguồn này sẽ dừng.",
				}},
			}},
		},
	},
	{
		name:  "DvcSourceStale: just below, 2.4 intervals",
		steps: 60,
		series: `
				dvc_source_refresh_interval_seconds{source="portal"} 21600
				dvc_source_up{source="portal"} 0
				dvc_source_last_success_timestamp_seconds{source="portal"} 1722515760`,
		alerts: []alertCase{
			{at: "20m"},
		},
	},
	{
		name:  "DvcSourceStale: missing, never a success: DvcSourceDown tells that",
		steps: 60,
		series: `
				dvc_source_refresh_interval_seconds{source="portal"} 21600
				dvc_source_up{source="portal"} 0
				dvc_source_last_success_timestamp_seconds{source="portal"} 0`,
		alerts: []alertCase{
			{at: "20m"},
		},
	},
	{
		name:  "DvcRowsRejected: fires",
		steps: 60,
		series: `
				dvc_source_rows_rejected{source="records"} 1234
				dvc_source_rows{source="records"} 198766`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{labels: "source: records", text: text{
					summary:     "Nguồn records: 1.234 dòng bị loại",
					description: "1.234 dòng không dùng được, 198.766 dòng dùng được. Lý do từng dòng có trên trang chủ của exporter.",
				}},
			}},
		},
	},
	{
		name:  "DvcRowsRejected: just below",
		steps: 60,
		series: `
				dvc_source_rows_rejected{source="records"} 0
				dvc_source_rows{source="records"} 198766`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcRowsRejected: missing",
		steps: 60,
		series: `
				dvc_source_rows{source="records"} 198766`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcRowsUnmatched: fires",
		steps: 60,
		series: `
				dvc_source_rows_unmatched{source="records"} 17
				dvc_source_rows{source="records"} 198766`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{labels: "source: records", text: text{
					summary:     "Nguồn records: 17 dòng không rõ đơn vị",
					description: "17 dòng mang tên đơn vị không có trong danh mục, 198.766 dòng dùng được. Thêm tên gọi khác của đơn vị vào DVC_UNITS_FILE.",
				}},
			}},
		},
	},
	{
		name:  "DvcRowsUnmatched: just below",
		steps: 60,
		series: `
				dvc_source_rows_unmatched{source="records"} 0
				dvc_source_rows{source="records"} 198766`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcRowsUnmatched: missing",
		steps: 60,
		series: `
				dvc_source_rows{source="records"} 198766`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcLayoutChanged: fires",
		steps: 60,
		series: `
				dvc_source_up{source="portal"} 1x10 0x50
				dvc_source_failures_total{source="portal",reason="malformed"} 0x10 2x50
				dvc_source_failures_total{source="portal",reason="too_few_units"} 0x10 1x50
				dvc_source_failures_total{source="portal",reason="timeout"} 0`,
		alerts: []alertCase{
			{at: "20m", fires: []firing{
				{labels: "source: portal", text: text{
					summary:     "Nguồn portal có thể đã đổi cấu trúc: 3 câu trả lời sai dạng trong 24 giờ",
					description: "Nguồn có trả lời nhưng nội dung không đúng dạng đã biết (trang HTML thay cho dữ liệu, thiếu đơn vị, số liệu mâu thuẫn). Số liệu cũ được giữ nguyên, không thay bằng số 0.",
				}},
			}},
		},
	},
	{
		name: "DvcLayoutChanged: just below, one answer, and the portal unreachable",
		series: `
				dvc_source_up{source="portal"} 1x10 0x50
				dvc_source_failures_total{source="portal",reason="malformed"} 0x10 1x50
				dvc_source_failures_total{source="portal",reason="unreachable"} 0x10 20x50`,
		alerts: []alertCase{
			{at: "20m"},
		},
	},
	{
		name:  "DvcLayoutChanged: missing, the last round was good again",
		steps: 60,
		series: portalUp + `
				dvc_source_failures_total{source="portal",reason="malformed"} 0x10 3x50`,
		alerts: []alertCase{
			{at: "20m"},
		},
	},
	{
		name:  "DvcConfigReloadFailed: fires",
		steps: 60,
		series: `
				dvc_config_last_reload_successful 0
				dvc_config_last_reload_success_timestamp_seconds 1722564000`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{text: text{
					summary:     "Exporter không nạp được cấu hình mới",
					description: "Cấu hình cũ vẫn đang dùng. Lần nạp thành công gần nhất: 09:00 2/8/2024. Tệp và dòng sai có trong nhật ký của exporter.",
				}},
			}},
		},
	},
	{
		name: "DvcConfigReloadFailed: just below, mended before two minutes",
		series: `
				dvc_config_last_reload_successful 1 0 1x58`,
		alerts: []alertCase{
			{at: "1m"},
			{at: "5m"},
		},
	},
	{
		name:   "DvcConfigReloadFailed: missing",
		series: "",
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcStateNotWritten: fires",
		steps: 60,
		series: portalAsOf + `
				dvc_state_last_write_timestamp_seconds 1722564000`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{text: text{
					summary:     "Exporter không ghi được trạng thái xuống đĩa",
					description: "Lần ghi gần nhất: 09:00 2/8/2024. Nếu khởi động lại, số liệu sẽ cũ hơn số đang hiển thị. Kiểm tra dung lượng và quyền ghi của DVC_STATE_DIR.",
				}},
			}},
		},
	},
	{
		name:   "DvcStateNotWritten: fires, never written",
		steps:  60,
		series: portalAsOf,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{text: text{
					summary:     "Exporter không ghi được trạng thái xuống đĩa",
					description: "Lần ghi gần nhất: chưa có số liệu. Nếu khởi động lại, số liệu sẽ cũ hơn số đang hiển thị. Kiểm tra dung lượng và quyền ghi của DVC_STATE_DIR.",
				}},
			}},
		},
	},
	{
		name:  "DvcStateNotWritten: just below, ten minutes",
		steps: 60,
		series: portalAsOf + `
				dvc_state_last_write_timestamp_seconds 1722567000`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcStateNotWritten: missing, nothing is known yet",
		steps: 60,
		series: `
				dvc_state_last_write_timestamp_seconds 1722477600`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcExporterDown: fires",
		series: `
				up{job="dvc",instance="dvc"} 1x10 0x50`,
		alerts: []alertCase{
			{at: "11m"},
			{at: "13m", fires: []firing{
				{labels: "job: dvc", text: text{
					summary:     "Exporter không phản hồi",
					description: "Prometheus không đọc được số liệu của exporter (job dvc). Mọi bảng và cảnh báo nghiệp vụ ngừng cập nhật.",
				}},
			}},
		},
	},
	{
		name:  "DvcExporterDown: just below, one lost scrape, or one of two exporters",
		steps: 60,
		series: `
				up{job="dvc",instance="dvc"} 1x10 0 1x49
				up{job="dvc",instance="dvc2"} 0`,
		alerts: []alertCase{
			{at: "12m"},
			{at: "20m"},
		},
	},
	{
		name:   "DvcExporterDown: missing, fires: no target at all",
		series: "",
		alerts: []alertCase{
			{at: "1m"},
			{at: "5m", fires: []firing{
				{labels: "job: dvc", text: text{
					summary:     "Exporter không phản hồi",
					description: "Prometheus không đọc được số liệu của exporter (job dvc). Mọi bảng và cảnh báo nghiệp vụ ngừng cập nhật.",
				}},
			}},
		},
	},
	{
		name:  "Watchdog: fires",
		steps: 10,
		series: `
				up{job="dvc",instance="dvc"} 1`,
		alerts: []alertCase{
			{at: "1m", fires: []firing{
				{text: text{
					summary:     "Đường cảnh báo đang hoạt động",
					description: "Cảnh báo này luôn bật. Nếu không còn nhận được, Prometheus hoặc Alertmanager đã ngừng.",
				}},
			}},
		},
	},
	{
		name:  "Watchdog: just below, fires: it has no threshold",
		steps: 10,
		series: `
				up{job="dvc",instance="dvc"} 0`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{text: text{
					summary:     "Đường cảnh báo đang hoạt động",
					description: "Cảnh báo này luôn bật. Nếu không còn nhận được, Prometheus hoặc Alertmanager đã ngừng.",
				}},
			}},
		},
	},
	{
		name:   "Watchdog: missing, fires: it needs no series",
		series: "",
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{text: text{
					summary:     "Đường cảnh báo đang hoạt động",
					description: "Cảnh báo này luôn bật. Nếu không còn nhận được, Prometheus hoặc Alertmanager đã ngừng.",
				}},
			}},
		},
	},
	{
		name:  "DvcSourceDown: just below, the only failures are lists that nobody renews",
		steps: 60,
		series: `
				dvc_source_up{source="records"} 0
				dvc_source_refresh_interval_seconds{source="records"} 15
				dvc_source_last_success_timestamp_seconds{source="records"} 1722480000
				dvc_source_last_attempt_timestamp_seconds{source="records"} 1722567600
				dvc_source_failures_total{source="records",reason="stale"} 0+4x60
				dvc_source_failures_total{source="records",reason="unreadable"} 0`,
		alerts: []alertCase{
			{at: "30m"},
		},
	},
	{
		name:  "DvcSourceStale: just below, the only failures are lists that nobody renews",
		steps: 60,
		series: `
				dvc_source_refresh_interval_seconds{source="records"} 15
				dvc_source_last_success_timestamp_seconds{source="records"} 1722480000
				dvc_source_failures_total{source="records",reason="stale"} 0+4x60
				dvc_source_failures_total{source="records",reason="unreadable"} 0`,
		alerts: []alertCase{
			{at: "30m"},
		},
	},
	{
		name: "DvcListsStale: fires",
		series: city + tuPhap + xayDung + `
				dvc_dossiers_data_timestamp_seconds{unit="H26.07"} 1722153600
				dvc_dossiers_data_timestamp_seconds{unit="H26.08"} 1722153600
				dvc_dossiers_data_timestamp_seconds{unit="H26.09"} 1722564000`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{text: text{
					summary:     "2 đơn vị không cập nhật danh sách hồ sơ",
					description: "Danh sách của các đơn vị sau cũ hơn 4 ngày: Sở Tư pháp (4,8 ngày); Sở Xây dựng (4,8 ngày); số liệu của các đơn vị khác không bị ảnh hưởng. Kiểm tra việc xuất và chép tệp.",
				}},
			}},
		},
	},
	{
		name: "DvcListsStale: just below, from Friday evening to Tuesday morning",
		series: `
				dvc_dossiers_data_timestamp_seconds{unit="H26.07"} 1722225600`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name:   "DvcListsStale: missing, no lists",
		series: recordsUp,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcExporterFault: fires",
		series: `
				dvc_source_failures_total{source="portal",reason="internal"} 0x5 1x25
				dvc_source_failures_total{source="records",reason="internal"} 0`,
		alerts: []alertCase{
			{at: "10m", fires: []firing{
				{labels: "source: portal", text: text{
					summary:     "Exporter gặp lỗi của chính nó khi đọc nguồn portal",
					description: "1 lần trong 24 giờ qua exporter dừng giữa chừng khi đọc một câu trả lời. Số liệu cũ của phần đó được giữ; nhật ký của exporter có ngăn xếp (stack) để báo lỗi.",
				}},
			}},
		},
	},
	{
		name: "DvcExporterFault: just below, other failures",
		series: `
				dvc_source_failures_total{source="portal",reason="timeout"} 0+1x30
				dvc_source_failures_total{source="portal",reason="internal"} 0`,
		alerts: []alertCase{
			{at: "10m"},
		},
	},
	{
		name:   "DvcExporterFault: missing, no source",
		series: recordsUp,
		alerts: []alertCase{
			{at: "10m"},
		},
	},
}}
