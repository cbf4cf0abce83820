package demo

import (
	_ "embed" // story.csv
	"encoding/json"
	"fmt"
	"net/http"
)

// storyCSV has the rows of May to July 2024 under the old generation's field
// names. Hà Nội's totals are those of its letter 2562/UBND-KSTTHC of 6 August 2024,
// and so is its place in July, the 58th of 63; all else is a sample.
//
//go:embed story.csv
var storyCSV []byte

// NewStory returns a handler that speaks the portal's old generation
// (POST /jsp/rest.jsp, service report_tinh_766_service) and tells the story of
// May to July 2024: Hà Nội with its published totals, publicity its weakest
// group. To any other question the answer is an empty list, as the portal's is.
func NewStory() http.Handler {
	rows := table(storyCSV)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /jsp/rest.jsp", func(w http.ResponseWriter, r *http.Request) {
		var q map[string]any // numbers or texts: programs send both
		r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
		_ = json.Unmarshal([]byte(r.FormValue("params")), &q) // what is no question has no answer
		answer := []map[string]string{}
		for _, row := range rows {
			asked := fmt.Sprintf("%v %v %v %v %v %v", q["service"], q["p_nam"], q["p_6thang"], q["p_quy"], q["p_thang"], q["p_tinh_id"])
			if asked == "report_tinh_766_service 2024 0 0 "+row["p_thang"]+" 0" {
				answer = append(answer, row)
			}
		}
		w.Header().Set("Content-Type", "text/html;charset=UTF-8") // as the portal says, though it is JSON
		_ = json.NewEncoder(w).Encode(answer)
	})
	return mux
}
