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
// predicts: a case that a rule declares is unexplained when we answer otherwise.
func TestRulesPredictExactly(t *testing.T) {
	vectors := loadVectors(t)
	kept := rules
	defer func() { rules = kept }()
	for i := range kept {
		wrong := kept[i]
		right := wrong.predict
		wrong.predict = func(v *vector) (members, bool) {
			answer, applies := right(v)
			answer = copied(answer)
			answer["besides"] = "something else"
			return answer, applies
		}
		rules = append(append([]rule{}, kept[:i]...), wrong)
		rules = append(rules, kept[i+1:]...)
		for j := range vectors {
			if v := vectors[j].judge(); v.rule != nil && v.rule.name == rules[i].name {
				t.Errorf("%s: explained by a prediction that is wrong", vectors[j].Name)
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
