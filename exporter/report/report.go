// Package report writes the announcement that an office publishes of a period: where
// the province and its units stand, what is overdue, which targets are missed and
// where the points are lost, each with its source and time. What is not known or old
// is called so.
package report

import (
	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/document"
	"dvc_exporter/exporter/figures"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
)

// Inputs is what an announcement is made of.
type Inputs struct {
	View   *publication.Publication // all that is known now
	Period index.Period
	// Keys are the portal's parts of the period, none if it has nothing of it in the
	// generation in use, or is not read. Failed are those that were asked for in vain.
	Keys   []index.Key
	Failed []book.Outcome
	// Completed says that the portal was asked for what the book lacked.
	Completed bool
	Notice    string // put on top, in Vietnamese; empty: none
}

// Make writes the announcement of a period that has begun. It asks nobody.
func Make(in Inputs) document.Document {
	f := &facts{in, figures.Of(in.View, in.Period)}
	d := document.Document{
		Title:    "THÔNG BÁO",
		Subtitle: "Kết quả thực hiện Bộ chỉ số phục vụ người dân, doanh nghiệp " + together(f.now()) + " của " + f.OwnName(),
		Made:     "Dự thảo do dvc_exporter lập lúc " + moment(in.View.Now) + " từ các nguồn số liệu nêu ở mục 1.",
		Marks:    f.marks(),
	}
	for _, write := range []func() document.Section{f.sources, f.score, f.units, f.overdue, f.documents, f.targets, f.apologies, f.sync, f.praiseAndUrge, f.lostPoints} {
		d.Sections = append(d.Sections, write())
	}
	return d
}
