package flaskjwt

import (
	"encoding/json"
	"testing"
)

// changes alter one recorded answer of each kind.
var changes = map[string]func(recorded members){
	"request": func(r members) {
		response := copied(r["response"].(members))
		response["status"] = json.Number("299")
		r["response"] = response
	},
	"issue": func(r members) {
		claims := copied(r["claims"].(members))
		claims["type"] = "other"
		r["claims"] = claims
	},
	"cookie": func(r members) {
		cookie := copied(r["set_cookies"].([]any)[0].(members))
		cookie["httponly"] = cookie["httponly"] != true
		r["set_cookies"] = append([]any{cookie}, r["set_cookies"].([]any)[1:]...)
	},
	"decode": func(r members) { r["result"] = "other" },
	"config": func(r members) {
		values := copied(r["values"].(members))
		values[sorted(values)[0]] = "other"
		r["values"] = values
	},
}

// TestRunnerSeesChanges proves that TestConformance can fail: with one recorded
// answer of each kind changed, exactly those cases are unexplained.
func TestRunnerSeesChanges(t *testing.T) {
	vectors := loadVectors(t)
	for kind, change := range changes {
		t.Run(kind, func(t *testing.T) {
			count := &tally{byRule: map[string]int{}}
			changed := false
			for i := range vectors {
				v := vectors[i]
				if v.Kind != kind {
					continue
				}
				if _, raised := v.recorded["error"]; !changed && !raised && v.judge().same {
					v.recorded = copied(v.recorded)
					change(v.recorded)
					changed = true
				}
				count.add(v.judge())
			}
			if !changed || count.unexplained != 1 {
				t.Errorf("one changed answer gives: %v", count)
			}
		})
	}
}

// TestRulesPredictExactly proves that a rule explains no answer but the one it
// predicts: a declared case is unexplained as soon as we answer anything else.
func TestRulesPredictExactly(t *testing.T) {
	for _, v := range loadVectors(t) {
		ours, recorded := v.play()
		if v.explain(ours, recorded).rule == nil {
			continue
		}
		other := copied(ours)
		other["besides"] = "something else"
		if v.explain(other, recorded).rule != nil {
			t.Errorf("%s: a rule explains an answer that it did not predict", v.Name)
		}
		if status, has := ours["status"]; has {
			other = copied(ours)
			other["status"] = json.Number("500")
			if v.explain(other, recorded).rule != nil {
				t.Errorf("%s: a rule explains 500 instead of %v", v.Name, status)
			}
		}
	}
}

// TestRulesReadTheInputAlone proves that no prediction looks at what was
// recorded.
func TestRulesReadTheInputAlone(t *testing.T) {
	for _, v := range loadVectors(t) {
		blind := v
		blind.recorded, blind.Name = nil, ""
		for _, r := range rules {
			want, applies := r.predict(&v)
			got, appliesToo := r.predict(&blind)
			c := &comparison{now: v.clock()}
			if applies != appliesToo || applies && !c.sameAnswer(want, got) {
				t.Errorf("%s: the rule %q reads what was recorded", v.Name, r.name)
			}
		}
	}
}
