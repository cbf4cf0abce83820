package index

import "testing"

func TestColumnName(t *testing.T) {
	for _, test := range []struct {
		heading string
		at      int
		below   []string
		want    string
	}{
		{"Ghi chú", 3, []string{"", "gấp"}, "Ghi chú"},
		{" Kế  hoạch năm 2024 ", 0, nil, "Kế hoạch năm 2024"},
		{"GHI CHÚ", 0, nil, "GHI CHÚ"},
		{"Nguyễn Văn Mẫu", 2, nil, "C"},
		{"0900000001", 25, nil, "Z"},
		{"Điện thoại 0900000001", 26, nil, "AA"},
		{"Mẫu 12024", 701, nil, "ZZ"},
		{"số 5, ngõ 3, phố Hàng Bông, phường Hoàn Kiếm, thành phố Hà Nội", 702, nil, "AAA"},
		{"một phố rất dài ở một phường rất dài của thành phố rất là dài này", 1, nil, "B"},
		{"đang ở quê", 4, []string{"gấp", "Đang  ở quê"}, "E"},
		{"–", 5, nil, "F"},
		{"", 6, nil, "G"},
		{"Ghi ch\xfa", 7, nil, "H"},
	} {
		if got := ColumnName(test.heading, test.at, test.below...); got != test.want {
			t.Errorf("ColumnName(%q, %d) = %q, want %q", test.heading, test.at, got, test.want)
		}
	}
}
