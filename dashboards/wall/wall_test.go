package wall_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"dvc_exporter/tools/pinned"
)

// grafana stands in for Grafana, Prometheus behind its proxy and the exporter behind that.
// Its dashboards have the marks that the page goes by, and are taller than a screen.
type grafana struct {
	address string // of the page, under a path as behind a proxy

	mu         sync.Mutex
	down       bool            // Grafana answers nothing that is of use
	prometheus string          // what Prometheus answers; empty: it does not
	held       map[string]bool // dashboards whose panels go on loading
	login      bool            // a user has to sign in first
	asked      []string        // dashboards that were asked for, and with what
}

func start(t *testing.T) *grafana {
	t.Helper()
	g := &grafana{prometheus: scraped(1000, 990), held: map[string]bool{}}
	server := httptest.NewServer(http.StripPrefix("/grafana", g))
	t.Cleanup(server.Close)
	g.address = server.URL + "/grafana/public/wall/index.html"
	return g
}

// scraped is Prometheus' answer at a time, if the exporter was last read at another (Unix seconds).
func scraped(asked, up float64) string {
	return fmt.Sprintf(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[%f,"%f"]}]}}`, asked, up)
}

const neverScraped = `{"status":"success","data":{"resultType":"vector","result":[]}}`

func (g *grafana) set(change func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change()
}

func (g *grafana) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	path, dashboard := r.URL.Path, strings.TrimPrefix(r.URL.Path, "/d/")
	switch {
	case path == "/public/wall/index.html":
		w.Header().Set("Cache-Control", "public, max-age=3600")
		page, err := os.ReadFile("public/index.html") // not ServeFile, which sends index.html away
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
		_, _ = w.Write(page)
	case g.down:
		http.Error(w, "Bad Gateway", http.StatusBadGateway)
	case path == "/api/health":
		_, _ = w.Write([]byte(`{"database":"ok"}`))
	case path == "/api/datasources/proxy/uid/dvc-prometheus/api/v1/query" && strings.Contains(r.URL.Query().Get("query"), `up{job="dvc"}`):
		if g.login {
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
		} else if g.prometheus == "" {
			http.Error(w, "", http.StatusBadGateway)
		}
		_, _ = w.Write([]byte(g.prometheus))
	case strings.HasPrefix(path, "/held/"):
		_, _ = fmt.Fprint(w, g.held[strings.TrimPrefix(path, "/held/")])
	case path == "/login":
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<form>user and password</form>`))
	case dashboard != path && g.login:
		http.Redirect(w, r, "/grafana/login", http.StatusFound)
	case dashboard != path:
		g.asked = append(g.asked, r.URL.RequestURI())
		_, _ = fmt.Fprintf(w, `<!doctype html><body style="margin:0;height:1500px">
			<div class="css-1-panel-loading-bar-container"><div role="status"></div></div>
			<div data-testid="data-testid panel content"></div>
			<script>
				const wait = setInterval(async () => {
					if (await (await fetch('../held/%s')).text() === 'true') return;
					document.querySelector('[role=status]')?.remove();
					document.querySelector('[data-testid]').innerHTML = '<b>figures</b>';
					clearInterval(wait);
				}, 20);
			</script>`, dashboard)
	default:
		http.NotFound(w, r)
	}
}

// quick lets the page's clock run twenty times as fast and notes what is shown: a line for
// each change, with whether it was drawn then and how many frames there are.
const quick = `
	if (window === top) {
		const begun = Date.now(), real = Date.now.bind(Date), timeout = setTimeout;
		Date.now = () => begun + (real() - begun) * 20;
		window.setTimeout = (f, ms) => timeout(f, ms / 20);
		window.turns = [];
		let last = '';
		new MutationObserver(() => {
			const shown = [...document.querySelectorAll('iframe.shown')];
			const line = shown.map(f => f.title + (f.contentDocument?.querySelector('b') ? '' : ' not drawn')).join(' and ');
			if (line && line !== last) turns.push(last = line);
			window.most = Math.max(window.most ?? 0, document.querySelectorAll('iframe').length);
		}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
	}`

// browser is started by the first test that needs it, and every test has a tab of its own.
var browser = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("hide-scrollbars", false), chromedp.WindowSize(1920, 1080))
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop = chromedp.NewContext(ctx)
	return ctx, chromedp.Do(ctx)
})

var stop = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

// open shows the wall in a tab.
func open(t *testing.T, g *grafana, query string) context.Context {
	t.Helper()
	pinned.Chromium(t)
	ctx, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if _, err := chromedp.Run(ctx, func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: quick})
		return chromedp.Void{}, err
	}); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate(g.address+"?"+query))
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// eval returns what an expression is in the page.
func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	is, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return is
}

// until waits until an expression is true in the page.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !eval[bool](t, ctx, expression); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not come to %s; the page: %s", expression, eval[string](t, ctx, `document.getElementById('notice').textContent + ' | ' + turns`))
		}
	}
}

func notice(t *testing.T, ctx context.Context, want string) {
	t.Helper()
	until(t, ctx, fmt.Sprintf(`new RegExp(%q).test(document.getElementById('notice').textContent)`, want))
}

func TestTurns(t *testing.T) {
	g := start(t)
	g.held["b"] = true
	ctx := open(t, g, "d=a:10,b:70&theme=light&var-window=year&lang=en&kiosk=tv")
	until(t, ctx, `turns.length === 1 && document.querySelectorAll('iframe').length === 2`)
	g.set(func() { g.held["b"] = false })
	until(t, ctx, `turns.length >= 5`)
	if diff := cmp.Diff([]string{"a", "b", "a", "b", "a"}, eval[[]string](t, ctx, `turns.slice(0, 5)`)); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if most := eval[int](t, ctx, `most`); most != 2 {
		t.Errorf("%d frames at once, want the one shown and the next", most)
	}
	notice(t, ctx, `^$`)

	// What is shown for more than a minute is loaded again within it.
	g.set(func() {
		var uids []string
		for _, asked := range g.asked[:6] {
			u, err := url.Parse(asked)
			if err != nil {
				t.Fatal(err)
			}
			uids = append(uids, u.Path)
			got := u.Query()
			want := url.Values{"kiosk": {""}, "hideLogo": {""}, "refresh": {"1d"}, "theme": {"light"}, "var-window": {"year"}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", asked, diff)
			}
		}
		if diff := cmp.Diff([]string{"/d/a", "/d/b", "/d/b", "/d/a", "/d/b", "/d/b"}, uids); diff != "" {
			t.Errorf("asked for (-want +got):\n%s", diff)
		}
	})
}

func TestOneThatDoesNotOpen(t *testing.T) {
	g := start(t)
	g.held["b"] = true
	ctx := open(t, g, "d=a:10,b:10,c:10")
	notice(t, ctx, `^Không mở được bảng b; các bảng khác vẫn tiếp tục\.$`)
	until(t, ctx, `turns.join().startsWith('a,c,a')`)
	g.set(func() { g.held["b"] = false })
	until(t, ctx, `turns.includes('b')`)
	notice(t, ctx, `^$`)
}

func TestAway(t *testing.T) {
	for name, try := range map[string]struct {
		away    func(*grafana)
		vi, en  string
		turning bool
	}{
		"Grafana":                   {func(g *grafana) { g.down = true }, `^Mất kết nối với Grafana từ \d\d:\d\d\.`, `^Grafana has not answered since \d\d:\d\d\.`, false},
		"Prometheus":                {func(g *grafana) { g.prometheus = "" }, `^Mất kết nối với Prometheus từ \d\d:\d\d\.`, `^Connection to Prometheus lost at \d\d:\d\d\.`, false},
		"exporter":                  {func(g *grafana) { g.prometheus = scraped(1763794850, 1763794800) }, `^Mất kết nối với exporter từ 14:00 22/11/2025\.`, `^Connection to the exporter lost at 14:00 22/11/2025\.`, true},
		"no exporter ever":          {func(g *grafana) { g.prometheus = neverScraped }, `chưa kết nối được với exporter`, `has not reached the exporter`, true},
		"no scrape yet this minute": {func(g *grafana) { g.prometheus = scraped(1000, 968) }, `^$`, `^$`, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := start(t)
			ctx, english := open(t, g, "d=a:10,b:10"), open(t, g, "d=a:10,b:10&lang=en")
			until(t, ctx, `turns.length >= 2`)
			g.set(func() { try.away(g) })
			do(t, ctx, chromedp.Sleep(1500*time.Millisecond)) // two checks or more
			notice(t, ctx, try.vi)
			notice(t, english, try.en)
			before := eval[int](t, ctx, `turns.length`)
			if try.turning {
				until(t, ctx, fmt.Sprintf(`turns.length > %d`, before+1))
			} else {
				do(t, ctx, chromedp.Sleep(2*time.Second))
				// The one that was drawn before still has its turn.
				if after := eval[int](t, ctx, `turns.length`); after > before+1 {
					t.Errorf("%d turns while there are no figures", after-before)
				}
				if shown := eval[int](t, ctx, `document.querySelectorAll('iframe.shown').length`); shown != 1 {
					t.Errorf("%d dashboards shown, want the last one", shown)
				}
			}
			notice(t, ctx, try.vi)
			g.set(func() { g.down, g.prometheus = false, scraped(2000, 1990) })
			before = eval[int](t, ctx, `turns.length`)
			until(t, ctx, fmt.Sprintf(`turns.length > %d`, before+1))
			notice(t, ctx, `^$`)
			notice(t, english, `^$`)
			if shown := eval[[]string](t, ctx, `turns`); slices.ContainsFunc(shown, func(s string) bool { return s != "a" && s != "b" }) {
				t.Errorf("shown: %q", shown)
			}
		})
	}
}

// TestAwayAtStart opens the wall before there is anything to show.
func TestAwayAtStart(t *testing.T) {
	g := start(t)
	g.down = true
	ctx := open(t, g, "d=a")
	notice(t, ctx, `^Mất kết nối với Grafana`)
	g.set(func() { g.down, g.held["a"] = false, true })
	notice(t, ctx, `^Đang mở các bảng…$`)
	g.set(func() { g.held["a"] = false })
	until(t, ctx, `turns.join() === 'a'`)
	notice(t, ctx, `^$`)
}

func TestLogin(t *testing.T) {
	g := start(t)
	g.login = true
	ctx := open(t, g, "d=a,b")
	notice(t, ctx, `^Grafana yêu cầu đăng nhập\.`)
	until(t, ctx, `document.querySelector('iframe.shown.login').contentDocument.body.textContent === 'user and password'`)
	// Signed in, Grafana leads to the dashboard.
	g.set(func() { g.login = false })
	eval[bool](t, ctx, `document.querySelector('iframe').contentWindow.location.replace('/grafana/d/a'), true`)
	until(t, ctx, `turns.at(-1) === 'a' && !document.querySelector('iframe.login')`)
	notice(t, ctx, `^$`)
}

func TestAddress(t *testing.T) {
	g := start(t)
	ctx := open(t, g, "d=a:10,b:x")
	notice(t, ctx, `^Địa chỉ của trang này chưa đúng: “b:x”`)
	if len(g.asked) > 0 {
		t.Errorf("asked for %q", g.asked)
	}
}

// TestSizes shows the wall on five screens: each dashboard is 1920×1080 inside, as large as
// the screen allows, in its middle, and nothing has a scroll bar.
func TestSizes(t *testing.T) {
	g := start(t)
	ctx := open(t, g, "d=a")
	until(t, ctx, `turns.length === 1`)
	for _, said := range []string{"", "Mất kết nối với exporter"} {
		g.set(func() {
			if said != "" {
				g.prometheus = scraped(1000, 100)
			}
		})
		notice(t, ctx, "^"+said)
		for _, size := range [][2]int64{{3840, 2160}, {2560, 1440}, {1920, 1080}, {1366, 768}, {412, 915}} {
			do(t, ctx, chromedp.EmulateViewport(size[0], size[1]))
			t.Run(fmt.Sprintf("%d %d %s", size[0], size[1], said), func(t *testing.T) {
				// The page scales when the browser has laid out the new size, at its next frame.
				until(t, ctx, fmt.Sprintf(`(() => {
					const r = document.querySelector('iframe').getBoundingClientRect(), s = stage.getBoundingClientRect();
					return innerWidth === %d && Math.abs(r.width - Math.min(s.width, s.height * 16 / 9)) < 0.01 &&
						Math.abs(r.top - s.top - (s.bottom - r.bottom)) < 0.02;
				})()`, size[0]))
				got := eval[struct {
					Inside, Text [2]int
					Around       [4]float64 // left, right, above, below
					Scrolls      bool
					Notice       float64
				}](t, ctx, `(() => {
					const frame = document.querySelector('iframe.shown'), r = frame.getBoundingClientRect(), s = stage.getBoundingClientRect();
					const inner = frame.contentDocument.documentElement;
					return {
						Inside: [frame.contentWindow.innerWidth, frame.contentWindow.innerHeight], Text: [inner.clientWidth, inner.clientHeight],
						Around: [r.left - s.left, s.right - r.right, r.top - s.top, s.bottom - r.bottom],
						Scrolls: document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight ||
							document.documentElement.clientWidth !== innerWidth,
						Notice: document.getElementById('notice').offsetHeight && parseFloat(getComputedStyle(document.getElementById('notice')).fontSize),
					};
				})()`)
				if got.Inside != [2]int{1920, 1080} || got.Text != got.Inside {
					t.Errorf("inside it is %v, without scroll bars %v", got.Inside, got.Text)
				}
				if got.Scrolls {
					t.Error("the page scrolls")
				}
				near := func(a, b float64) bool { return a > -0.01 && max(a, b)-min(a, b) < 0.02 }
				if !near(got.Around[0], got.Around[1]) || !near(got.Around[2], got.Around[3]) {
					t.Errorf("around it are %v pixels", got.Around)
				}
				if (said == "") != (got.Notice == 0) || said != "" && got.Notice < 14 {
					t.Errorf("the notice's letters have %v px", got.Notice)
				}
			})
		}
	}
}

// TestDefaults holds the page to the playlist.
func TestDefaults(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var playlist []string
	for _, item := range regexp.MustCompile(`"dashboard_by_uid", "(.*?)"`).FindAllStringSubmatch(read("../playlist/main.go"), -1) {
		playlist = append(playlist, item[1])
	}
	if want := "'" + strings.Join(playlist, ",") + "'"; len(playlist) == 0 || !strings.Contains(read("public/index.html"), want) {
		t.Errorf("public/index.html does not show %s by default", want)
	}
}
