package pages

import (
	"regexp"
	"slices"
	"strings"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// meaning is what a column of a table of units says. The six groups have their
// own code as meaning.
type meaning string

const (
	ordinal        meaning = "ordinal"
	anyName        meaning = "name"
	provinceName   meaning = "name of a province"
	departmentName meaning = "name of a department"
	communeName    meaning = "name of a commune"
	districtName   meaning = "name of a district"

	total meaning = "total score"

	received        meaning = "received"
	receivedOnline  meaning = "received online"
	receivedElse    meaning = "received at the counter or by post"
	receivedCounter meaning = "received at the counter"
	receivedPost    meaning = "received by post"
	finishedOnTime  meaning = "finished before or on the due time"
	finishedBefore  meaning = "finished before the due time"
	finishedOn      meaning = "finished on the due time"
	finishedLate    meaning = "finished late"
	open            meaning = "open"
	openInTime      meaning = "open, not yet due"
	openSoon        meaning = "open, soon due"
	openOverdue     meaning = "open, overdue"
)

// catalogue is every heading that is known, as pages print it. "|" parts
// spellings, "/" between spaces parts the rows of a heading that stands in
// several. Headings are compared folded (units.Fold), after the words of neutral
// and binding are cut off.
//
// What is not here is passed over. A bare "Trễ hạn", "Đúng hạn" or "Tổng số" is
// left out on purpose: without the heading above it, it can be of finished and of
// open dossiers, of this period and of those before.
var catalogue = []struct {
	meaning  meaning
	headings string
}{
	{ordinal, "STT | TT | Số TT | Số thứ tự"},
	{provinceName, "Tỉnh/Thành phố | Tỉnh, thành phố | Tỉnh/TP | Tên tỉnh/thành phố | Tên tỉnh, thành phố | UBND tỉnh/thành phố"},
	{departmentName, "Sở, ban, ngành | Sở/ban/ngành | Sở, ngành | Tên sở, ban, ngành"},
	{communeName, "Xã/phường | Phường/xã | Xã, phường, thị trấn | Phường, xã, thị trấn | Xã, phường, đặc khu | UBND cấp xã | UBND xã/phường"},
	{districtName, "Quận/huyện | Quận, huyện, thị xã | Huyện, thị xã, thành phố | Huyện/thị xã/thành phố | UBND cấp huyện"},
	{anyName, "Đơn vị | Tên đơn vị | Cơ quan | Tên cơ quan | Cơ quan, đơn vị | Tên cơ quan, đơn vị | Đơn vị/cơ quan | Cơ quan thực hiện | Đơn vị thực hiện | Đơn vị xử lý | Đơn vị giải quyết | Cơ quan giải quyết | Địa phương | Tên địa phương"},

	// Decision 766/QĐ-TTg. Where a table has a column of its own for TTTT, the one
	// of online services is CLGQ alone (see groupsOf).
	{total, "Tổng điểm | Điểm | Tổng số điểm | Điểm tổng | Điểm tổng hợp | Tổng điểm đánh giá"},
	{"CKMB", "Công khai, minh bạch | CKMB"},
	{"TDGQ", "Tiến độ giải quyết | Tiến độ, kết quả giải quyết | TDGQ"},
	{index.OnlineService, "Dịch vụ trực tuyến | Dịch vụ công trực tuyến | Cung cấp dịch vụ trực tuyến | Cung cấp dịch vụ công trực tuyến"},
	{"CLGQ", "CLGQ"},
	{"TTTT", "Thanh toán trực tuyến | TTTT"},
	{"MDHL", "Mức độ hài lòng | MDHL"},
	{"MDSH", "Số hóa hồ sơ | Mức độ số hóa | Mức độ số hóa hồ sơ | MDSH"},

	// Statistics pages, and form II.06 of Circular 01/2020/TT-VPCP.
	{received, "Đã tiếp nhận | Tiếp nhận | Tiếp nhận trong kỳ | Tiếp nhận mới | Tiếp nhận mới trong kỳ | Nhận trong kỳ"},
	{received, "Tiếp nhận | Đã tiếp nhận / Trong kỳ | Mới tiếp nhận | Tiếp nhận mới"},
	{received, "Nhận trong kỳ | Tiếp nhận trong kỳ / Tổng số"},
	{received, "Tiếp nhận / Trong kỳ / Tổng số"},
	{receivedOnline, "Tiếp nhận | Đã tiếp nhận | Tiếp nhận trong kỳ | Tiếp nhận mới | Nhận trong kỳ / Trực tuyến | Nộp trực tuyến | Qua mạng"},
	{receivedOnline, "Tiếp nhận / Trong kỳ / Trực tuyến"},
	{receivedElse, "Tiếp nhận | Đã tiếp nhận | Tiếp nhận trong kỳ | Tiếp nhận mới | Nhận trong kỳ / Trực tiếp, bưu chính | Trực tiếp, dịch vụ bưu chính | Trực tiếp hoặc bưu chính"},
	{receivedElse, "Tiếp nhận / Trong kỳ / Trực tiếp, bưu chính | Trực tiếp, dịch vụ bưu chính | Trực tiếp hoặc bưu chính"},
	{receivedCounter, "Tiếp nhận | Đã tiếp nhận | Tiếp nhận trong kỳ | Tiếp nhận mới | Nhận trong kỳ / Trực tiếp | Nộp trực tiếp | Một cửa | Tại bộ phận một cửa"},
	{receivedCounter, "Tiếp nhận / Trong kỳ / Trực tiếp | Một cửa"},
	{receivedPost, "Tiếp nhận | Đã tiếp nhận | Tiếp nhận trong kỳ | Tiếp nhận mới | Nhận trong kỳ / Bưu chính | Qua bưu chính | Bưu chính công ích | Dịch vụ bưu chính"},
	{receivedPost, "Tiếp nhận / Trong kỳ / Bưu chính | Bưu chính công ích"},
	{finishedOnTime, "Đã giải quyết | Đã giải quyết xong | Đã xử lý | Đã xử lý xong | Đã có kết quả | Đã hoàn thành / Trước và đúng hạn | Đúng và trước hạn | Trước, đúng hạn | Trước hạn và đúng hạn | Trước và trong hạn | Trước hạn và trong hạn | Sớm và đúng hạn | Sớm và trong hạn | Trong hạn"},
	{finishedBefore, "Đã giải quyết | Đã giải quyết xong | Đã xử lý | Đã xử lý xong | Đã có kết quả | Đã hoàn thành / Trước hạn | Sớm hạn"},
	{finishedOn, "Đã giải quyết | Đã giải quyết xong | Đã xử lý | Đã xử lý xong | Đã có kết quả | Đã hoàn thành / Đúng hạn"},
	{finishedLate, "Đã giải quyết | Đã giải quyết xong | Đã xử lý | Đã xử lý xong | Đã có kết quả | Đã hoàn thành / Trễ hạn | Quá hạn | Trễ | Chậm"},
	{finishedLate, "Đã giải quyết | Đã giải quyết xong | Đã xử lý | Đã xử lý xong | Đã có kết quả | Đã hoàn thành / Trễ hạn | Quá hạn / Tổng số"},
	{open, "Đang giải quyết | Đang xử lý | Chưa giải quyết | Chưa giải quyết xong | Chưa xử lý | Chưa xử lý xong"},
	{open, "Đang giải quyết | Đang xử lý | Chưa giải quyết | Chưa giải quyết xong | Chưa xử lý | Chưa xử lý xong / Tổng số"},
	{openInTime, "Đang giải quyết | Đang xử lý | Chưa giải quyết | Chưa giải quyết xong | Chưa xử lý | Chưa xử lý xong / Trong hạn | Còn hạn | Còn hạn giải quyết | Chưa đến hạn | Chưa đến | Đúng hạn"},
	{openSoon, "Đang giải quyết | Đang xử lý | Chưa giải quyết | Chưa giải quyết xong | Chưa xử lý | Chưa xử lý xong / Sắp trễ | Sắp đến hạn | Sắp quá hạn"},
	{openOverdue, "Đang giải quyết | Đang xử lý | Chưa giải quyết | Chưa giải quyết xong | Chưa xử lý | Chưa xử lý xong / Quá hạn | Trễ hạn | Trễ | Quá hạn giải quyết"},
}

// binding are headings that only hold others together.
var binding = folded("Hồ sơ | Số hồ sơ | Số lượng hồ sơ | Kết quả giải quyết | Kết quả xử lý | Tình hình giải quyết | Tình hình xử lý | Tình trạng thực hiện | Nhận giải quyết | Tình hình giải quyết hồ sơ | Kết quả giải quyết hồ sơ | Kết quả giải quyết trong kỳ | Kết quả xử lý trong kỳ | Tình hình giải quyết trong kỳ | Giải quyết | Trong đó | Tình hình tiếp nhận và giải quyết hồ sơ")

// neutral are words before and after a heading that do not change its meaning:
// "Số lượng hồ sơ đã tiếp nhận", "Mức độ hài lòng (tối đa 18 điểm)".
var (
	neutralBefore = regexp.MustCompile(`^(so luong ho so|so ho so|so luong|ho so) `)
	neutralAfter  = regexp.MustCompile(`( ho so| so luong| sl| diem| toi da \d+| \d+)$`)
)

// readable is a figure and the columns that are added up for it.
type readable struct {
	index.Figure
	from   []meaning
	unless meaning // a column beside which the sum is not clear
}

// figures says what is read out of which columns: the first line for a figure of
// which a table has all the columns is the one.
var figures = func() []readable {
	list := []readable{
		{index.Figure{Measure: index.Score}, []meaning{total}, ""},
		{index.Figure{Measure: index.GroupScore, Group: index.OnlineService}, []meaning{index.OnlineService}, ""},
		{index.Figure{Measure: index.DossiersReceived}, []meaning{received}, ""},
		{index.Figure{Measure: index.DossiersReceived}, []meaning{receivedOnline, receivedElse}, ""},
		{index.Figure{Measure: index.DossiersReceived}, []meaning{receivedOnline, receivedCounter, receivedPost}, ""},
		{index.Figure{Measure: index.DossiersReceived}, []meaning{receivedOnline, receivedCounter}, ""},
		{index.Figure{Measure: index.DossiersFinished, Detail: index.OnTime}, []meaning{finishedOnTime}, ""},
		{index.Figure{Measure: index.DossiersFinished, Detail: index.OnTime}, []meaning{finishedBefore, finishedOn}, ""},
		{index.Figure{Measure: index.DossiersFinished, Detail: index.OnTime}, []meaning{finishedOn}, ""},
		{index.Figure{Measure: index.DossiersFinished, Detail: index.Late}, []meaning{finishedLate}, ""},
		{index.Figure{Measure: index.OpenNow}, []meaning{open}, ""},
		{index.Figure{Measure: index.OpenNow}, []meaning{openInTime, openOverdue}, openSoon},
		{index.Figure{Measure: index.OverdueNow}, []meaning{openOverdue}, ""},
	}
	for _, g := range index.BuiltInGroups {
		list = append(list, readable{index.Figure{Measure: index.GroupScore, Group: g.Code}, []meaning{meaning(g.Code)}, ""})
	}
	return list
}()

// nameKinds are the meanings of a column of names, with the kind that it tells.
var nameKinds = map[meaning]index.Kind{
	anyName: "", provinceName: index.Province, departmentName: index.Department,
	communeName: index.Commune, districtName: index.District,
}

// meanings is the catalogue by folded heading, its rows one after the other.
var meanings = func() map[string]meaning {
	all := map[string]meaning{}
	for _, entry := range catalogue {
		paths := []string{""}
		for level := range strings.SplitSeq(entry.headings, " / ") {
			var longer []string
			for _, path := range paths {
				for _, text := range folded(level) {
					longer = append(longer, strings.TrimSpace(path+" "+text))
				}
			}
			paths = longer
		}
		for _, path := range paths {
			all[path] = entry.meaning
		}
	}
	return all
}()

func folded(list string) []string {
	var all []string
	for text := range strings.SplitSeq(list, " | ") {
		all = append(all, units.Fold(text))
	}
	return all
}

// meaningOf returns the meaning of a heading, given its rows from the top, empty
// if it is not known. A heading with a % is of a ratio, which is not read: ratios
// are made of counts.
func meaningOf(path []string) meaning {
	var rows []string
	for _, text := range path {
		if strings.Contains(text, "%") {
			return ""
		}
		text = units.Fold(text)
		if slices.Contains(binding, text) {
			continue
		}
		text = neutralBefore.ReplaceAllString(text, "")
		if slices.Contains(binding, text) {
			continue
		}
		rows = append(rows, text)
	}
	text := strings.Join(rows, " ")
	for {
		if m, ok := meanings[text]; ok {
			return m
		}
		shorter := neutralAfter.ReplaceAllString(text, "")
		if shorter == text {
			return ""
		}
		text = shorter
	}
}

// spelling returns the heading of a meaning as the catalogue prints it first.
func spelling(m meaning) string {
	for _, entry := range catalogue {
		if entry.meaning == m {
			var rows []string
			for level := range strings.SplitSeq(entry.headings, " / ") {
				first, _, _ := strings.Cut(level, " | ")
				rows = append(rows, first)
			}
			return strings.Join(rows, " / ")
		}
	}
	return string(m)
}
