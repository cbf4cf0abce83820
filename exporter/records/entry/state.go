package entry

import (
	_ "embed"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// The states of a dossier as the national portal numbers them (TrangThaiHoSo).
const (
	Registered     = 1  // Mới đăng ký
	Accepted       = 2  // Được tiếp nhận
	NotAccepted    = 3  // Không được tiếp nhận
	Processing     = 4  // Đang xử lý
	NeedsPapers    = 5  // Yêu cầu bổ sung giấy tờ
	NeedsPayment   = 6  // Yêu cầu thực hiện nghĩa vụ tài chính
	Withdrawn      = 7  // Công dân yêu cầu rút hồ sơ
	Stopped        = 8  // Dừng xử lý
	Processed      = 9  // Đã xử lý xong
	ResultReturned = 10 // Đã trả kết quả
)

//go:embed states.yaml
var states []byte

// stateWords returns the numbers of states by folded word.
func stateWords() map[string]uint8 {
	var builtIn map[uint8][]string
	if err := yaml.Unmarshal(states, &builtIn); err != nil {
		panic("entry: states.yaml: " + err.Error())
	}
	known := map[string]uint8{}
	for state := uint8(Registered); state <= ResultReturned; state++ {
		known[strconv.Itoa(int(state))] = state
		for _, word := range append(builtIn[state], index.StateNames[state]) {
			known[foldState(word)] = state
		}
	}
	return known
}

// punctual are words behind a state that say whether it came in time; what stands
// behind them is left out, too: "Đang xử lý - quá hạn 3 ngày".
var punctual = []string{"dung han", "truoc han", "som han", "trong han", "con han", "chua den han", "sap den han", "den han", "tre han", "tre hen", "qua han"}

// foldState brings "Hồ sơ đang xử lý (quá hạn)", "4. Đang xử lý" and "ĐANG XỬ LÝ
// trễ hạn" to one form.
func foldState(word string) string {
	if at := strings.IndexAny(word, "(["); at >= 0 {
		word = word[:at]
	}
	word = units.Fold(word)
	for _, p := range punctual {
		if at := strings.Index(word+" ", " "+p+" "); at > 0 {
			word = word[:at]
		}
	}
	if number, rest, ok := strings.Cut(word, " "); ok && len(number) <= 2 && strings.Trim(number, "0123456789") == "" {
		word = rest
	}
	word = strings.TrimPrefix(word, "ho so ")
	return strings.TrimSuffix(word, " ho so")
}
