// Command manpage prints dvc_exporter(1): the program's own usage text and the table of
// configuration in README.md, which a test holds equal to the program. Run in the project's
// folder; the argument is the date of the page.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

const page = `.TH DVC_EXPORTER 1 %s "dvc_exporter" "User commands"
.SH NAME
dvc_exporter \- Prometheus exporter of Viet Nam's public service index
.SH SYNOPSIS
.nf
%s
.fi
.SH DESCRIPTION
Reads the scores that the national public service portal publishes for every province,
department and commune, and local records of dossiers and documents, into Prometheus gauges.
The package starts it as
.BR dvc\-exporter.service .
.SH ENVIRONMENT
Durations are written as 90s, 15m, 6h. An unknown variable with the prefix DVC_ is an error.
%s
.SH FILES
.TP
.I /etc/default/dvc\-exporter
the environment of the service
.TP
.I /var/lib/dvc\-exporter
the last good figures
.TP
.I /usr/share/dvc\-exporter
alert rules, mail templates, dashboards and what provisions them; see
.I /usr/share/doc/dvc\-exporter
.SH EXIT STATUS
0, or 1 after an error, which is printed. check exits 1 too if a source failed.
`

var row = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (?:`(.*?)`)? *\\| (.*) \\|$")

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "manpage:", err)
		os.Exit(1)
	}
}

func run(date string) error {
	usage, _ := exec.Command("go", "run", "./exporter", "-help").CombinedOutput() // it exits 1
	_, synopsis, found := strings.Cut(string(usage), "usage: ")
	synopsis, _, _ = strings.Cut(synopsis, "\n\n")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	_, table, _ := strings.Cut(string(readme), "<!-- configuration -->")
	table, _, _ = strings.Cut(table, "<!-- /configuration -->")
	variables := row.FindAllStringSubmatch(table, -1)
	if !found || len(variables) == 0 {
		return errors.New("there is no usage text or no table of configuration")
	}
	var environment strings.Builder
	for _, v := range variables {
		what := v[3]
		if v[2] != "" {
			what += "; default " + v[2]
		}
		fmt.Fprintf(&environment, ".TP\n.B %s\n%s\n", v[1], escape(what))
	}
	// The lines after the first lose the width of "usage: ".
	fmt.Printf(page, date, escape(strings.ReplaceAll(synopsis, "\n       ", "\n")), strings.TrimSpace(environment.String()))
	return nil
}

// escape keeps roff from reading hyphens, backslashes and leading dots as its own.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	return regexp.MustCompile(`(?m)^([.'])`).ReplaceAllString(text, `\&$1`)
}
