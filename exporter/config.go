package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kelseyhightower/envconfig"

	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/portal"
	"dvc_exporter/exporter/units"
)

const envPrefix = "DVC"

// config is what the environment says, each field from DVC_ and its name. The
// README's table of configuration is held equal to it by a test.
type config struct {
	ListenAddress string     `split_words:"true" default:":9766" desc:"address and port to serve on"`
	WebConfigFile string     `split_words:"true" desc:"TLS and passwords, the file that every Prometheus exporter takes"`
	LogLevel      slog.Level `split_words:"true" default:"info" desc:"debug, info, warn or error"`
	LogFormat     string     `split_words:"true" default:"logfmt" desc:"logfmt or json"`
	StateDir      string     `split_words:"true" default:"state" desc:"folder that keeps the last good figures"`
	UnitsFile     string     `split_words:"true" desc:"CSV of units: code, name, kind, parent, aliases, email, valid_from, valid_to"`
	TargetsFile   string     `split_words:"true" desc:"YAML of targets; empty: the plan of 2024"`
	AsOf          asOf       `split_words:"true" desc:"freezes the clock of periods and due times at this RFC 3339 time"`

	Windows  []index.Window `split_words:"true" default:"year,quarter,month" desc:"which periods are read: year, half_year (old API only), quarter, month, month_to_date"`
	Province string         `split_words:"true" default:"H26" desc:"code of the own province"`

	PortalURL      string        `envconfig:"PORTAL_URL" default:"https://dichvucong.gov.vn" desc:"address of the portal; empty: not read"`
	PortalAPI      string        `envconfig:"PORTAL_API" default:"reporting" desc:"generation of the portal's API: reporting (since 2026) or rest (until 2025)"`
	PortalInterval time.Duration `split_words:"true" default:"6h" desc:"time between two rounds, at least 15m"`
	PortalTimeout  time.Duration `split_words:"true" default:"60s" desc:"time for one try of a request"`
	MaxBody        int64         `split_words:"true" default:"16777216" desc:"bytes of one answer after decompression"`
	Contact        string        `split_words:"true" desc:"e-mail or address in the User-Agent, for the portal's operators"`
	ExpireAfter    time.Duration `split_words:"true" default:"240h" desc:"how long figures of the portal and pages are shown without a new answer"`

	Pages         []string      `split_words:"true" desc:"published pages: URLs or files, optionally window=month;parent=H01; before each"`
	PagesInterval time.Duration `split_words:"true" default:"6h" desc:"time between two rounds over the pages, at least 15m"`

	Records              paths         `split_words:"true" desc:"dossiers: files, folders or globs of CSV, Excel, CSV in gzip; put a name with a comma in double quotes"`
	Documents            paths         `split_words:"true" desc:"documents and work files: the same"`
	RecordsInterval      time.Duration `split_words:"true" default:"15s" desc:"how often the files are looked at; they are read when one has changed"`
	RecordsRejectedLimit float64       `split_words:"true" default:"0.1" desc:"share of refused rows, at least five, above which a file, page or answer is refused"`
	RecordsStaleAfter    time.Duration `split_words:"true" default:"96h" desc:"age of a file that nobody renews: its source is down"`
	RecordsExpireAfter   time.Duration `split_words:"true" default:"240h" desc:"how old local records may be to be shown"`
	RecordsUnique        bool          `split_words:"true" default:"false" desc:"no dossier code appears twice; saves memory and time"`
	HeadingsFile         string        `split_words:"true" desc:"YAML of more headings, by heading: column, under dossiers or documents"`
	Timezone             string        `default:"Asia/Ho_Chi_Minh" desc:"of times in records that name no zone"`
	ReceptionLimit       time.Duration `split_words:"true" default:"24h" desc:"a dossier not received for longer is late to be received"`
	DueSoon              time.Duration `split_words:"true" default:"72h" desc:"how far ahead dvc_dossiers_due_soon looks"`
	LateLists            string        `split_words:"true" desc:"serve /late, /late.csv and /late.json: true or false; empty: only on loopback or behind the passwords of DVC_WEB_CONFIG_FILE"`

	clock func(now time.Time) time.Time // the domain's clock of a test; nil: that of AsOf

	RecordsDSN      string        `envconfig:"RECORDS_DSN" desc:"PostgreSQL with dossiers, as a connection string"`
	RecordsQuery    string        `split_words:"true" desc:"file with the SQL query, rows or sums per unit"`
	RecordsSQLEvery time.Duration `envconfig:"RECORDS_SQL_INTERVAL" default:"5m" desc:"time between two queries"`
	RecordsSQLLimit time.Duration `envconfig:"RECORDS_SQL_TIMEOUT" default:"60s" desc:"time for one query"`
}

// asOf is a time or nothing.
type asOf struct{ time.Time }

// Decode implements envconfig.Decoder.
func (t *asOf) Decode(value string) (err error) {
	if value == "" {
		return nil
	}
	if t.Time, err = time.Parse(time.RFC3339, value); err != nil {
		return errors.New("want a time with its zone, such as 2024-08-02T10:00:00+07:00")
	}
	return nil
}

// domain returns the domain's clock.
func (t asOf) domain(now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return t.Time
}

// domain is the domain's clock.
func (c config) domain(now time.Time) time.Time {
	if c.clock != nil {
		return c.clock(now)
	}
	return c.AsOf.domain(now)
}

// String is empty for the running clock.
func (t asOf) String() string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// paths are separated by commas; one with a comma in it is in double quotes.
type paths []string

// Decode implements envconfig.Decoder.
func (p *paths) Decode(value string) (err error) {
	if value == "" {
		return nil
	}
	fields := csv.NewReader(strings.NewReader(value))
	fields.TrimLeadingSpace = true
	if *p, err = fields.Read(); err != nil {
		return errors.New(`want paths separated by commas, those with a comma or a quote in double quotes: /a,"/b, c"`)
	}
	return nil
}

// minPortalInterval keeps the exporter from burdening a public service; the
// scores move daily.
const minPortalInterval = 15 * time.Minute

// readConfig reads the environment. Its error names the variable and what to do.
func readConfig() (config, error) {
	var c config
	if err := unknownVariable(&c); err != nil {
		return c, err
	}
	if err := envconfig.Process(envPrefix, &c); err != nil {
		if parse, ok := errors.AsType[*envconfig.ParseError](err); ok {
			return c, fmt.Errorf("%s=%q cannot be understood: %w", parse.KeyName, parse.Value, parse.Err)
		}
		return c, err
	}
	c.Windows = slices.DeleteFunc(slices.Clone(c.Windows), repeated[index.Window]())
	return c, c.validate()
}

// repeated says of each value whether it has been there before.
func repeated[T comparable]() func(T) bool {
	seen := map[T]bool{}
	return func(value T) bool {
		before := seen[value]
		seen[value] = true
		return before
	}
}

// checkWindows refuses a configuration that would never ask the portal anything:
// one generation of it ends and the next begins with 2026. A frozen clock may be in
// the past, and says so itself.
func (c config) checkWindows(now time.Time) error {
	if c.PortalURL == "" || !c.AsOf.IsZero() {
		return nil
	}
	if slices.ContainsFunc(c.Windows, func(w index.Window) bool { return portal.Has(c.PortalAPI, w.At(now)) }) {
		return nil
	}
	return fmt.Errorf("DVC_PORTAL_API=%s has no period that DVC_WINDOWS=%v shows now, so nothing would ever be read: rest ends with 2025, reporting begins with 2026 and has no half years; for the past set DVC_AS_OF or use backfill", c.PortalAPI, c.Windows)
}

func (c config) validate() error {
	for _, w := range c.Windows {
		if !slices.Contains(index.Windows, w) {
			return fmt.Errorf("DVC_WINDOWS: there is no window %q; there are %v", w, index.Windows)
		}
	}
	switch {
	case c.LogFormat != "logfmt" && c.LogFormat != "json":
		return fmt.Errorf("DVC_LOG_FORMAT is %q, not logfmt or json", c.LogFormat)
	case c.PortalAPI != "reporting" && c.PortalAPI != "rest":
		return fmt.Errorf("DVC_PORTAL_API is %q, not reporting or rest", c.PortalAPI)
	case c.Province == "":
		return errors.New("DVC_PROVINCE is empty; Hà Nội is H26")
	case len(c.Windows) == 0:
		return fmt.Errorf("DVC_WINDOWS is empty; there are %v", index.Windows)
	case c.PortalURL != "" && c.PortalInterval < minPortalInterval && !fetch.IsLoopback(c.PortalURL):
		return fmt.Errorf("DVC_PORTAL_INTERVAL is %v; under %v is refused, the portal is a public service and its scores move daily", c.PortalInterval, minPortalInterval)
	case min(c.PortalInterval, c.PortalTimeout, c.ExpireAfter, c.PagesInterval, c.RecordsInterval, c.RecordsStaleAfter, c.RecordsExpireAfter,
		c.ReceptionLimit, c.DueSoon, c.RecordsSQLEvery, c.RecordsSQLLimit) <= 0 || c.MaxBody <= 0:
		return errors.New("intervals, timeouts, limits and expiry times must be above 0")
	case c.RecordsRejectedLimit <= 0 || c.RecordsRejectedLimit > 1:
		return fmt.Errorf("DVC_RECORDS_REJECTED_LIMIT is %v; it is a share above 0, at most 1", c.RecordsRejectedLimit)
	case (c.RecordsDSN == "") != (c.RecordsQuery == ""):
		return errors.New("DVC_RECORDS_DSN and DVC_RECORDS_QUERY go together: where to ask, and what")
	case c.LateLists != "" && c.LateLists != "true" && c.LateLists != "false":
		return fmt.Errorf("DVC_LATE_LISTS is %q, not true, false or empty", c.LateLists)
	case c.StateDir == "":
		return errors.New("DVC_STATE_DIR is empty; it keeps the last good figures over a restart")
	}
	return nil
}

// scope says what the state on disk is about: figures of another province, API,
// portal or date are another state.
func (c config) scope() string {
	return fmt.Sprintf("province=%s api=%s portal=%s as_of=%s", c.Province, c.PortalAPI, c.PortalURL, c.AsOf)
}

// logger returns the log that the configuration asks for.
func (c config) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// unknownVariable refuses a DVC_ variable that means nothing, and names the
// nearest one that does: a typing error must not silently leave a default.
func unknownVariable(c *config) error {
	var list strings.Builder
	_ = envconfig.Usagef(envPrefix, c, &list, "{{range .}}{{.Key}} {{end}}")
	known := strings.Fields(list.String())
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, envPrefix+"_") && !slices.Contains(known, name) && !serviceLink.MatchString(entry) {
			nearest := slices.MinFunc(known, func(a, b string) int {
				return cmp.Compare(units.Distance(a, name), units.Distance(b, name))
			})
			return fmt.Errorf("there is no variable %s; did you mean %s?", name, nearest)
		}
	}
	return nil
}

// Kubernetes and Docker set variables for each service beside a container:
// DVC_EXPORTER_SERVICE_HOST and more for one that is called dvc-exporter. One that
// could as well be a typing error, DVC_PORT, is recognised by the address in it.
var serviceLink = regexp.MustCompile(`^DVC_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)=|^DVC_([A-Z0-9_]+_)?PORT=(tcp|udp|sctp)://`)
