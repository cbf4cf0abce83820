package units

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "units.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadFile(t *testing.T) {
	want := []Listed{
		{
			Unit:    index.Unit{Code: "H26.02", Name: "Sở Tư pháp", Kind: index.Department, Parent: "H26"},
			Aliases: []string{"STP", "Tư pháp, HN"}, Email: "stp@example.vn",
		},
		{Unit: index.Unit{Code: "H26.D1", Name: "UBND quận Ba Đình", Kind: index.District, Parent: "H26"}, To: day(2025, 7, 1)},
		{Unit: index.Unit{Code: "H26.D1", Name: "Khu vực Ba Đình", Parent: "H26"}, From: day(2025, 7, 1)},
	}
	for what, text := range map[string]string{
		"commas": `code,name,kind,parent,aliases,email,valid_from,valid_to
H26.02,Sở Tư pháp,department,H26,"STP|Tư pháp, HN",stp@example.vn,,
H26.D1,UBND quận Ba Đình,district,H26,,,,2025-07-01
H26.D1,Khu vực Ba Đình,,H26,,,2025-07-01,
`,
		"semicolons, BOM, CRLF, other order, blank rows and columns": "\ufeff" + strings.ReplaceAll(`Name;CODE;valid_to;valid_from;parent;kind;email;aliases;;
"Sở  Tư pháp";h26.02;;;H26;Department;stp@example.vn;STP | | Tư pháp, HN;;
;;;;;;;;;
UBND quận Ba Đình;H26.D1;1/7/2025;;000.00.00.H26;district;;;;
Khu vực Ba Đình;H26.D1;;01/07/2025;H26;;;;;
`, "\n", "\r\n"),
	} {
		t.Run(what, func(t *testing.T) {
			got, err := ReadFile(write(t, text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestReadFileErrors(t *testing.T) {
	const head = "code,name,kind,parent,aliases,email,valid_from,valid_to\n"
	for _, test := range []struct{ what, text, want string }{
		{"empty", "", "first line must name the columns"},
		{"no code", "name,kind\n", `line 1: column "code" is missing`},
		{"no name", "code,kind\n", `line 1: column "name" is missing`},
		{"a column misspelt", "code,name,alias\n", `line 1: column "alias" is not known`},
		{"a column twice", "code,name,name\n", `line 1: column "name" appears twice`},
		{"not UTF-8", head + "H26.02,S\xf2 Tu phap,,,,,,\n", "line 2 is not UTF-8"},
		{"a cell missing", head + "H26.02,Sở Tư pháp\n", "line 2: wrong number of fields"},
		{"a quote never closed", head + "\"H26.02,Sở Tư pháp,,,,,,\n", `line 2, column 30: extraneous or missing " in quoted-field`},
		{"no code in the row", head + "\n,Sở Tư pháp,,,,,,\n", "line 3: column code"},
		{"a space in the code", head + "H26 02,Sở Tư pháp,,,,,,\n", `line 2: column code: "H26 02" is no code`},
		{"no name in the row", head + "H26.02,<>,,,,,,\n", "line 2: column name"},
		{"unknown kind", head + "H26.02,Sở Tư pháp,sở,,,,,\n", `line 2: column kind: "sở" is none of`},
		{"unknown parent", head + "H26.02,Sở Tư pháp,,H62,,,,\n", `line 2, column parent: "H62"`},
		{"31 February", head + "H26.02,Sở Tư pháp,,,,,31/02/2025,\n", `line 2: column valid_from: "31/02/2025" is no day`},
		{"month first", head + "H26.02,Sở Tư pháp,,,,,,7/31/2025\n", `line 2: column valid_to: "7/31/2025" is no day`},
		{"ends before it begins", head + "H26.02,Sở Tư pháp,,,,,2025-07-01,2025-07-01\n", "line 2: column valid_to"},
		{"two addresses", head + "H26.02,Sở Tư pháp,,,,a@example.vn;b@example.vn,,\n", "line 2: column email"},
		{"no address", head + "H26.02,Sở Tư pháp,,,,example.vn,,\n", "line 2: column email"},
		{"a code twice", head + "H26.02,Sở Tư pháp,,,,,,\n\nh26.02,Sở Tư Pháp,,,,,,\n", "line 4, column code: H26.02 is also in line 2"},
		{"a code twice for a day", head + "H26.02,Sở Tư pháp,,,,,,2025-07-02\nH26.02,Sở Tư Pháp,,,,,2025-07-01,\n", "line 3, column code"},
	} {
		t.Run(test.what, func(t *testing.T) {
			path := write(t, test.text)
			list, err := ReadFile(path)
			if err == nil {
				t.Fatalf("no error, %+v", list)
			}
			for _, want := range []string{path, test.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none.csv")); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestValid(t *testing.T) {
	l := Listed{From: day(2021, 1, 1), To: day(2025, 7, 1)}
	for at, want := range map[time.Time]bool{
		day(2020, 12, 31):                             false,
		day(2021, 1, 1):                               true,
		day(2025, 7, 1).Add(-time.Second):             true,
		day(2025, 7, 1):                               false,
		time.Date(2025, 6, 30, 17, 0, 0, 0, time.UTC): false,
	} {
		if got := l.Valid(at); got != want {
			t.Errorf("Valid(%s) = %v, want %v", at, got, want)
		}
	}
	if !(Listed{}).Valid(time.Now()) {
		t.Error("a unit without dates is not valid now")
	}
}

func TestProvinces(t *testing.T) {
	codes := map[string]bool{}
	for _, p := range Provinces {
		if p.Code == "" || p.Name == "" || len(p.ID) != 36 || p.Kind != index.Province || p.Parent != "" || codes[p.Code] {
			t.Errorf("%+v", p)
		}
		codes[p.Code] = true
	}
	if len(Provinces) != 34 || !codes["H26"] {
		t.Errorf("%d provinces", len(Provinces))
	}
}

func FuzzRead(f *testing.F) {
	f.Add("code,name,valid_to\nH26.02,Sở Tư pháp,2025-07-01\n")
	f.Add("\ufeffname;code;aliases\na;b;c|d\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := read(text)
		if err != nil {
			return
		}
		for _, l := range list {
			if !codeSyntax.MatchString(l.Code) || l.Name == "" {
				t.Errorf("%+v", l)
			}
		}
	})
}
