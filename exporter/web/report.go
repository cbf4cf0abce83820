package web

import (
	"bytes"
	"cmp"
	"net/http"

	"dvc_exporter/exporter/document"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/report"
)

// forms are the content types of the announcement, by the ending of its address.
var forms = map[string]string{
	"":      "text/html; charset=utf-8",
	".md":   "text/markdown; charset=utf-8",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

// report answers with the announcement of a period, of what is known.
func (s *server) report(ending string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		view := s.Current()
		period := index.Month.At(view.Domain)
		if text := r.URL.Query().Get("period"); text != "" {
			asked, ok := index.ParsePeriod(text)
			switch {
			case !ok:
				sentence(w, http.StatusBadRequest, "period phải là một kỳ: 2024-07 (tháng), 2024-Q3 (quý), 2024-H1 (nửa năm) hoặc 2024 (năm).")
				return
			case asked.Start().After(view.Domain):
				sentence(w, http.StatusBadRequest, "Kỳ "+asked.String()+" chưa bắt đầu, nên chưa có số liệu.")
				return
			}
			period = asked
		}
		s.writing.Lock() // one at a time: each takes a tenth of a second and some memory
		defer s.writing.Unlock()
		var body bytes.Buffer
		letter := report.Make(report.Inputs{View: view, Period: period, Keys: s.Parts(period), Notice: s.Notice})
		if err := document.Writers[cmp.Or(ending, ".html")](letter, &body); err != nil {
			s.broken(w, r, err)
			return
		}
		w.Header().Set("Content-Type", forms[ending])
		if ending != "" {
			w.Header().Set("Content-Disposition", `attachment; filename="bao-cao-`+period.String()+ending+`"`)
		}
		_, _ = w.Write(body.Bytes())
	}
}
