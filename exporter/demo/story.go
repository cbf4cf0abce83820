package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// storyMonths are Hà Nội's totals of 2024 as its letter 2562/UBND-KSTTHC of
// 6 August 2024 gives them, and its place among the 63 provinces: only the 58th
// of July is published.
var storyMonths = map[string]struct {
	total float64
	rank  int
}{
	"5": {50.76, 61},
	"6": {57.25, 59},
	"7": {58.86, 58},
}

// NewStory returns a handler that speaks the portal's old generation
// (POST /jsp/rest.jsp, service report_tinh_766_service) and tells the story of
// May to July 2024: Hà Nội with its published totals, publicity its weakest
// group, among 62 provinces that are samples. To any other question the answer
// is an empty list, as the portal's is.
func NewStory() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /jsp/rest.jsp", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
		var params map[string]any
		_ = json.Unmarshal([]byte(r.FormValue("params")), &params) // what is no question has no answer
		w.Header().Set("Content-Type", "text/html;charset=UTF-8")  // as the portal says, though it is JSON
		_ = json.NewEncoder(w).Encode(storyRows(storyMonth(params)))
	})
	return mux
}

// storyMonth is the month asked for, empty for a question without an answer.
// Programs send the parameters as numbers or as texts, and leave some out.
func storyMonth(params map[string]any) string {
	text := func(name string) string {
		if v, ok := params[name]; ok && v != "" {
			return fmt.Sprint(v)
		}
		return "0"
	}
	if text("service") != "report_tinh_766_service" || text("p_nam") != "2024" ||
		text("p_6thang") != "0" || text("p_quy") != "0" || text("p_tinh_id") != "0" {
		return ""
	}
	return text("p_thang")
}

func storyRows(month string) []map[string]string {
	city, ok := storyMonths[month]
	if !ok {
		return []map[string]string{}
	}
	row := func(id, code, name string, rank int, total, publicity float64) map[string]string {
		r := map[string]string{
			"ID": id, "ID_COQUAN": id, "TEN": name, "TEN_COQUAN": name, "MA_COQUAN": code,
			"LOAI_COQUAN": "1", "CAPDONVIID": "1", "ROW_STT": strconv.Itoa(rank), "TONG_SCORE": decimal(total),
		}
		left := round2(total - publicity)
		room := 100 - groups[0].Max
		r[groups[0].Code] = decimal(publicity)
		for _, g := range groups[1:] { // what is left, in proportion to the maxima
			score := round2(left * g.Max / room)
			r[g.Code] = decimal(score)
			left, room = round2(left-score), room-g.Max
		}
		return r
	}
	rows := make([]map[string]string, 0, 63)
	for n := 1; n <= 62; n++ { // the samples keep their names from month to month
		rank, total := n, city.total+0.5*float64(city.rank-n)
		if n >= city.rank {
			rank, total = n+1, city.total-1.5*float64(n+1-city.rank)
		}
		if len(rows)+1 == city.rank {
			rows = append(rows, row("389181", "H26", "UBND Thành phố Hà Nội", city.rank, city.total, 3.6))
		}
		rows = append(rows, row(strconv.Itoa(300000+n), fmt.Sprintf("T%02d", n), fmt.Sprintf("UBND tỉnh mẫu %d", n), rank, total, round2(0.18*total)))
	}
	return rows
}

// decimal is a number as the old generation writes it: a text with a dot, whole
// numbers bare.
func decimal(x float64) string { return strconv.FormatFloat(round2(x), 'f', -1, 64) }
