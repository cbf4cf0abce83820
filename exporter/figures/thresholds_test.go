package figures

import (
	"fmt"
	"os"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestBoundsAreThoseOfTheAlerts(t *testing.T) {
	raw, err := os.ReadFile("../../alerts/rules/thresholds.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct {
				Record, Expr string
				Labels       map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	theirs := map[string]string{}
	for _, r := range file.Groups[0].Rules {
		theirs[r.Record+r.Labels["kind"]+r.Labels["among"]+r.Labels["severity"]] = r.Expr
	}
	ours := map[string]float64{
		"dvc:praised_targets:threshold": PraisedTargets, "dvc:score_drop_points:thresholdwarning": ScoreDrop,
		"dvc:rank_rise_places:thresholdprovinces": RankRise, "dvc:rank_rise_places:thresholddepartments": RankRise, "dvc:rank_rise_places:thresholdcommunes": RankRise,
		"dvc:overdue_share_ratio:thresholdwarning": OverdueShare, "dvc:overdue_share_base:threshold": OverdueShareBase, "dvc:overdue_documents:threshold": OverdueDocuments,
		"dvc:sync_gap_ratio:threshold": SyncGap, "dvc:sync_gap_base:threshold": SyncGapBase,
		"dvc:missing_apologies:threshold": 0, "dvc:late_publications:threshold": 0,
	}
	for kind, base := range RatioBase {
		ours["dvc:ratio_base:threshold"+string(kind)] = base
	}
	for kind, places := range RankFall {
		ours["dvc:rank_fall_places:threshold"+string(kind)+"s"] = float64(places)
	}
	for name, v := range ours {
		if want := fmt.Sprintf("vector(%v)", v); theirs[name] != want {
			t.Errorf("%s is %s, here %s", name, theirs[name], want)
		}
	}
}
