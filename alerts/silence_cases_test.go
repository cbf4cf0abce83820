package main

var silenceTests = testFile{name: "silence", about: "The exporter does not answer, or Prometheus itself was away: what is known goes on, and says so.", tests: []ruleTest{
	{
		name:  "the exporter is gone: since when, as of when its figures are, and no part is current",
		epoch: true,
		steps: 60,
		series: `
			up{job="dvc",instance="dvc"} 1x10 0x50
			dvc_data_timestamp_seconds{source="portal"} 60x10 stale
			dvc_source_part_up{source="portal",part="transparency",window="month"} 1x10 stale
			dvc_source_last_attempt_timestamp_seconds{source="portal"} 0x10 stale
			dvc_source_refresh_interval_seconds{source="portal"} 21600x10 stale`,
		query: []queryCase{
			{at: "9m", expr: "job:dvc_exporter_answer:timestamp", want: []sample{{`job:dvc_exporter_answer:timestamp{job="dvc"}`, 540}}},
			{at: "9m", expr: "part_window:dvc_source_part_up:current", want: []sample{{`part_window:dvc_source_part_up:current{source="portal",part="transparency",window="month"}`, 1}}},
			{at: "12m", expr: "job:dvc_exporter_silence:start_timestamp"},
			{at: "13m", expr: "job:dvc_exporter_silence:start_timestamp", want: []sample{{`job:dvc_exporter_silence:start_timestamp{job="dvc"}`, 600}}},
			{at: "50m", expr: "job:dvc_exporter_silence:start_timestamp", want: []sample{{`job:dvc_exporter_silence:start_timestamp{job="dvc"}`, 600}}},
			{at: "50m", expr: "source:dvc_data_timestamp_seconds:known", want: []sample{{`source:dvc_data_timestamp_seconds:known{source="portal"}`, 60}}},
			{at: "50m", expr: "part_window:dvc_source_part_up:current", want: []sample{{`part_window:dvc_source_part_up:current{source="portal",part="transparency",window="month"}`, 0}}},
		},
	},
	{
		name:  "the exporter never answered: nothing was ever known, and nothing says since when",
		epoch: true,
		series: `
			up{job="dvc",instance="dvc"} 0`,
		query: []queryCase{
			{at: "20m", expr: "job:dvc_exporter_silence:start_timestamp or job:dvc_exporter_answer:timestamp"},
		},
	},
	{
		name:  "the exporter is back: no silence, and parts are current again",
		epoch: true,
		series: `
			up{job="dvc",instance="dvc"} 1x5 0x10 1x15
			dvc_data_timestamp_seconds{source="portal"} 60x5 _x10 900x15`,
		query: []queryCase{
			{at: "10m", expr: "source:dvc_data_timestamp_seconds:known", want: []sample{{`source:dvc_data_timestamp_seconds:known{source="portal"}`, 60}}},
			{at: "20m", expr: "job:dvc_exporter_silence:start_timestamp"},
			{at: "20m", expr: "source:dvc_data_timestamp_seconds:known", want: []sample{{`source:dvc_data_timestamp_seconds:known{source="portal"}`, 900}}},
		},
	},
	{
		name:  "a gap of Prometheus of eight hours: after it the last answer is taken up until the next scrape",
		epoch: true,
		steps: 500,
		series: `
			up{job="dvc",instance="dvc"} 1x5 _x490
			dvc_data_timestamp_seconds{source="portal"} 60x5 _x490`,
		query: []queryCase{
			{at: "8h", expr: "job:dvc_exporter_silence:start_timestamp", want: []sample{{`job:dvc_exporter_silence:start_timestamp{job="dvc"}`, 300}}},
			{at: "8h", expr: "source:dvc_data_timestamp_seconds:known", want: []sample{{`source:dvc_data_timestamp_seconds:known{source="portal"}`, 60}}},
		},
	},
}}
