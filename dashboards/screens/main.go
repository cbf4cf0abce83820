// Command screens looks at the dashboards on every size of screen in a real Grafana and says
// what is wrong: texts that are cut, overlap or are too faint, empty cells and panels, scroll
// bars. It prints a table of all views with the sizes of letters, then the faults, and exits
// with 1 if there are any.
//
// Dashboards for the wall are seen through the page that turns them (../wall), the others as
// they are. States other than today's, such as figures that are old or have never come, are
// data sources of Grafana that hold them.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

//go:embed measure.js
var measure string

// walls are shown by the wall's page; the other dashboards are read at a desk.
var walls = []string{"dvc-tong-quan", "dvc-xep-hang", "dvc-chi-tieu", "dvc-tinh-thanh", "dvc-diem-mat", "dvc-van-ban"}

var sizes = [][2]int64{{3840, 2160}, {2560, 1440}, {1920, 1080}, {1366, 768}, {412, 915}}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	faults, err := run(ctx, os.Args[1:], os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "screens:", err)
	}
	if err != nil || faults > 0 {
		stop()
		os.Exit(1)
	}
}

// view is one dashboard on one screen, and what was measured there.
type view struct {
	Dashboard, State, Theme string
	Size                    [2]int64
	Measured                measured
}

type measured struct {
	Panels, Texts     int
	Smallest, Largest float64 // letters, in pixels of the screen
	Faults            []fault
}

type fault struct{ Kind, Panel, What string }

func run(ctx context.Context, args []string, out io.Writer) (faults int, err error) {
	flags := flag.NewFlagSet("screens", flag.ContinueOnError)
	grafana := flags.String("grafana", os.Getenv("GRAFANA_URL"), "address of Grafana, open without a password; default: GRAFANA_URL")
	files := flags.String("dashboards", "dashboards/vi/*.json", "the dashboards that this Grafana was given")
	states := flags.String("datasources", "dvc-prometheus", "uids of data sources, by commas")
	pictures := flags.String("pictures", "", "folder for a picture of each view")
	if err := flags.Parse(args); err != nil {
		return 0, err
	}
	dashboards, err := filepath.Glob(*files)
	if err != nil {
		return 0, fmt.Errorf("-dashboards %q: %w", *files, err)
	}
	if len(dashboards) == 0 || *grafana == "" {
		return 0, fmt.Errorf("-grafana and -dashboards have to name an address and files: %q, %q", *grafana, *files)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("hide-scrollbars", false))
	ctx, cancelBrowser := chromedp.NewExecAllocator(ctx, options...)
	defer cancelBrowser()
	ctx, cancelTab := chromedp.NewContext(ctx)
	defer cancelTab()

	var views []view
	for state := range strings.SplitSeq(*states, ",") {
		for _, file := range dashboards {
			uid := strings.TrimSuffix(filepath.Base(file), ".json")
			for _, theme := range []string{"dark", "light"} {
				v := view{Dashboard: uid, State: state, Theme: theme}
				seen, err := look(ctx, strings.TrimRight(*grafana, "/"), v, *pictures)
				views = append(views, seen...)
				if ctx.Err() != nil {
					return 0, err
				}
				if err != nil {
					v.Measured.Faults = []fault{{"not seen", "", err.Error()}}
					views = append(views, v)
				}
			}
		}
	}
	return report(out, views)
}

// look opens a dashboard once and measures it at each size.
func look(ctx context.Context, grafana string, v view, pictures string) (seen []view, err error) {
	wall := slices.Contains(walls, v.Dashboard)
	query := url.Values{"theme": {v.Theme}, "var-datasource": {v.State}}
	address, page := grafana+"/d/"+v.Dashboard+"?kiosk&hideLogo&"+query.Encode(), "document"
	if wall {
		query.Set("d", v.Dashboard+":3600")
		address, page = grafana+"/public/wall/index.html?"+query.Encode(), "document.querySelector('iframe.shown').contentDocument"
	}
	if err := chromedp.Do(ctx, inVietnamese, chromedp.EmulateViewport(sizes[0][0], sizes[0][1]), chromedp.Navigate(address)); err != nil {
		return nil, err
	}
	for _, v.Size = range sizes {
		size := v.Size
		height := size[1]
		factor := min(float64(size[0])/1920, float64(size[1])/1080)
		if !wall {
			// As high as all of it: Grafana draws only the panels that are on the screen.
			factor, height = 1, 6000
		}
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(size[0], height)); err != nil {
			return seen, err
		}
		if err := settle(ctx, page); err != nil {
			return seen, fmt.Errorf("%d×%d: %w", size[0], size[1], err)
		}
		v.Measured, err = chromedp.Run(ctx, chromedp.Evaluate[measured](fmt.Sprintf("(%s)(%s, %v, %v)", measure, page, factor, wall)))
		if err != nil {
			return seen, err
		}
		seen = append(seen, v)
		if pictures == "" {
			continue
		}
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			return seen, err
		}
		name := fmt.Sprintf("%s-%s-%s-%dx%d.png", v.Dashboard, v.State, v.Theme, size[0], size[1])
		if err := os.WriteFile(filepath.Join(pictures, name), picture, 0o644); err != nil {
			return seen, err
		}
	}
	return seen, nil
}

// inVietnamese makes the browser write numbers as those of a wall do.
func inVietnamese(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
	_, err := cdp.Call(ctx, target, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: "vi-VN"})
	return chromedp.Void{}, err
}

// settle waits until Grafana has drawn every panel and for two seconds nothing moves: the
// marks are those that the wall's page goes by.
func settle(ctx context.Context, page string) error {
	state := fmt.Sprintf(`(() => {
		const page = document.querySelector('iframe') && !document.querySelector('iframe.shown') ? null : %s;
		const panels = [...page?.querySelectorAll('[data-testid="data-testid panel content"]') ?? []];
		const drawn = panels.length > 0 && panels.every(p => p.childElementCount > 0) && !page.querySelector('[class*="loading-bar-container"] [role="status"]');
		return drawn ? innerWidth + ' ' + page.body.innerText + [...page.querySelectorAll('section')].map(s => JSON.stringify(s.getBoundingClientRect())) : '';
	})()`, page)
	last, calm := "", 0
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(400 * time.Millisecond) {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[string](state))
		if err != nil && ctx.Err() != nil {
			return err
		}
		if calm++; is == "" || is != last {
			last, calm = is, 0
		}
		if calm == 5 {
			return nil
		}
	}
	return errors.New("it is not drawn after five minutes")
}

// report prints the views, then each fault once with the views that have it.
func report(out io.Writer, views []view) (faults int, err error) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "dashboard\tdata source\ttheme\tscreen\tpanels\ttexts\tletters, px\tfaults")
	where := map[string]string{}
	var order []string
	for _, v := range views {
		count := map[string]int{}
		var kinds []string
		for _, f := range v.Measured.Faults {
			if count[f.Kind]++; count[f.Kind] == 1 {
				kinds = append(kinds, f.Kind)
			}
			key := fmt.Sprintf("%s · %s · %s: %s", v.Dashboard, f.Panel, f.Kind, f.What)
			if where[key] == "" {
				order = append(order, key)
			}
			// "… dark 3840, 2560; … light 3840": the widths after each state and theme.
			switch at := fmt.Sprintf("%s %s ", v.State, v.Theme); {
			case !strings.Contains(where[key], at):
				where[key] += fmt.Sprintf("; %s%d", at, v.Size[0])
			case !strings.HasSuffix(where[key], fmt.Sprint(" ", v.Size[0])):
				where[key] += fmt.Sprintf(", %d", v.Size[0])
			}
		}
		for i, kind := range kinds {
			kinds[i] = fmt.Sprintf("%d %s", count[kind], kind)
		}
		faults += len(v.Measured.Faults)
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%d×%d\t%d\t%d\t%.1f to %.1f\t%s\n", v.Dashboard, v.State, v.Theme, v.Size[0], v.Size[1],
			v.Measured.Panels, v.Measured.Texts, v.Measured.Smallest, v.Measured.Largest, strings.Join(kinds, ", "))
	}
	if err := table.Flush(); err != nil {
		return 0, err
	}
	for _, key := range order {
		_, _ = fmt.Fprintf(out, "\n%s\n    %s", key, strings.TrimPrefix(where[key], "; "))
	}
	_, err = fmt.Fprintf(out, "\n%d views, %d faults\n", len(views), faults)
	return faults, err
}
