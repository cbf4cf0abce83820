package demo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"dvc_exporter/exporter/index"
)

func story(t *testing.T, params string) []map[string]string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/jsp/rest.jsp", strings.NewReader(url.Values{"params": {params}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	w := httptest.NewRecorder()
	NewStory().ServeHTTP(w, r)
	var rows []map[string]string // decodes only if every value is a text
	if err := json.Unmarshal(w.Body.Bytes(), &rows); err != nil || w.Code != http.StatusOK || rows == nil {
		t.Fatalf("%s: status %d, %v: %.200s", params, w.Code, err, w.Body)
	}
	return rows
}

func TestStory(t *testing.T) {
	for _, tc := range []struct {
		month string
		total string
		rank  int
	}{{"5", "50.76", 61}, {"6", "57.25", 59}, {"7", "58.86", 58}} {
		rows := story(t, `{"type":"ref","service":"report_tinh_766_service","p_nam":"2024","p_6thang":0,"p_quy":0,"p_thang":`+tc.month+`,"p_tinh_id":0,"p_huyen_id":"","p_loaidonvi":1,"loaichitieu":0,"pageIndex":1,"pageSize":1000}`)
		if len(rows) != 63 {
			t.Fatalf("month %s: %d rows", tc.month, len(rows))
		}
		ids := map[string]bool{}
		for i, r := range rows {
			sum, weakest, least := 0.0, "", 2.0
			for _, g := range index.BuiltInGroups {
				v, err := strconv.ParseFloat(r[g.Code], 64)
				if err != nil || v < 0 || v > g.Max {
					t.Fatalf("month %s, row %d: %s is %q", tc.month, i+1, g.Code, r[g.Code])
				}
				if sum += v; v/g.Max < least {
					least, weakest = v/g.Max, g.Code
				}
			}
			total := number(r["TONG_SCORE"])
			if !close2(sum, total) || r["ROW_STT"] != strconv.Itoa(i+1) || i > 0 && total > number(rows[i-1]["TONG_SCORE"]) {
				t.Errorf("month %s, row %d: place %s, total %v, groups %v", tc.month, i+1, r["ROW_STT"], total, sum)
			}
			ids[r["ID"]] = true
			if r["MA_COQUAN"] == "H26" && (r["ID"] != "389181" || r["TONG_SCORE"] != tc.total || i+1 != tc.rank || weakest != "CKMB") {
				t.Errorf("month %s: Hà Nội (%s) is %d. with %s, weakest in %s", tc.month, r["ID"], i+1, r["TONG_SCORE"], weakest)
			}
		}
		if len(ids) != 63 || !ids["389181"] {
			t.Errorf("month %s: %d provinces, Hà Nội among them: %t", tc.month, len(ids), ids["389181"])
		}
	}
}

func TestStoryHasNoOtherChapters(t *testing.T) {
	for _, params := range []string{
		`{"service":"report_tinh_766_service","p_nam":"2024","p_thang":8,"p_tinh_id":0}`,
		`{"service":"report_tinh_766_service","p_nam":"2025","p_thang":7,"p_tinh_id":0}`,
		`{"service":"report_tinh_766_service","p_nam":"2024","p_thang":0,"p_tinh_id":0}`,
		`{"service":"report_tinh_766_service","p_nam":"2024","p_quy":2,"p_thang":0,"p_tinh_id":0}`,
		`{"service":"report_tinh_766_service","p_nam":"2024","p_thang":7,"p_tinh_id":"389181"}`,
		`{"service":"report_xuhuongdiem_service","p_nam":"2024","p_thang":7}`,
		`no JSON`,
	} {
		if rows := story(t, params); len(rows) != 0 {
			t.Errorf("%s: %d rows", params, len(rows))
		}
	}
}
