package oracle

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/jwt"
)

// peer is another library.
type peer struct {
	name  string
	judge func(signer, string) verdict
}

var peers = []peer{{"golang-jwt", signer.judgeGolangJWT}, {"go-jose", signer.judgeGoJose}}

// compare holds the three against each other over one token, and returns what
// is not explained by a rule.
func compare(s signer, header, payload string) error {
	token, subject := s.token(header, payload), subject{header, payload}
	ours := s.judgeOurs(token)
	refused := 0
	for _, p := range peers {
		theirs := p.judge(s, token)
		if theirs.err != nil {
			refused++
			if ours.err == nil && covering(looser, subject) == "" {
				return fmt.Errorf("accepted, but %s says %w", p.name, theirs.err)
			}
			continue
		}
		if ours.err == nil && !same(ours, theirs) && covering(different, subject) == "" {
			return fmt.Errorf("read as %+v, but %s reads %+v", ours, p.name, theirs)
		}
	}
	if ours.err != nil && refused == 0 && covering(stricter, subject) == "" {
		return fmt.Errorf("refused with %w, but both others accept", ours.err)
	}
	return nil
}

func same(a, b verdict) bool {
	return a.iss == b.iss && a.sub == b.sub && a.jti == b.jti && slices.Equal(a.aud, b.aud) &&
		sameDate(a.exp, b.exp) && sameDate(a.nbf, b.nbf) && sameDate(a.iat, b.iat) &&
		reflect.DeepEqual(a.claims, b.claims)
}

// sameDate takes 0 for absent, as golang-jwt does: both have passed by then.
func sameDate(a, b int64) bool {
	return a == b || a+b == absent && (a == 0 || b == 0)
}

// FuzzDifferential signs whatever the fuzzer makes up, with each kind of key.
func FuzzDifferential(f *testing.F) {
	for _, c := range corpus {
		f.Add(c.header, c.payload, byte(0))
		f.Add(c.header, c.payload, byte(2))
	}
	f.Fuzz(func(t *testing.T, header, payload string, which byte) {
		if len(header)+len(payload) > jwt.MaxTokenLength/2 {
			return
		}
		s := signers[int(which)%len(signers)]
		if err := compare(s, strings.ReplaceAll(header, "ALGORITHM", s.alg), payload); err != nil {
			t.Fatalf("%s, header %q, payload %q: %v", s.alg, header, payload, err)
		}
	})
}

// TestCorpus runs the tokens that others disagree about, and demands of each
// what jwt says, and the rule if that is not what both others say.
func TestCorpus(t *testing.T) {
	for _, c := range corpus {
		for _, s := range signers {
			header := strings.ReplaceAll(c.header, "ALGORITHM", s.alg)
			if err := compare(s, header, c.payload); err != nil {
				t.Errorf("%s, %s: %v", c.name, s.alg, err)
			}
			ours := s.judgeOurs(s.token(header, c.payload))
			if (ours.err == nil) != c.accepted {
				t.Errorf("%s, %s: got %v, want accepted = %v", c.name, s.alg, ours.err, c.accepted)
			}
			if c.rule != "" && !slices.Contains(rulesOf(subject{header, c.payload}), c.rule) {
				t.Errorf("%s: the rule %q does not cover it; these do: %q", c.name, c.rule, rulesOf(subject{header, c.payload}))
			}
		}
	}
}

func rulesOf(s subject) []string {
	var names []string
	for _, r := range slices.Concat(stricter, looser, different) {
		if r.covers(s) {
			names = append(names, r.name)
		}
	}
	return names
}

// TestWhatOthersAccept records what the two libraries make of hostile tokens
// that are signed well: why they are oracles here and not what jwt is built on.
// When it fails because one has become stricter, all the better.
func TestWhatOthersAccept(t *testing.T) {
	for _, c := range []struct{ name, golangJWT, goJose string }{
		{"crit empty", "accepts", "accepts"},
		{"crit unknown", "accepts", "refuses"},
		{"exp twice", "accepts", "refuses"},
		{"NUL in sub", "accepts", "accepts"},
		{"case variant of sub", "accepts", "accepts"},
		{"invalid UTF-8", "accepts", "accepts"},
	} {
		i := slices.IndexFunc(corpus, func(e entry) bool { return e.name == c.name })
		if i < 0 {
			t.Fatalf("%s is not in the corpus", c.name)
		}
		s := signers[0]
		token := s.token(strings.ReplaceAll(corpus[i].header, "ALGORITHM", s.alg), corpus[i].payload)
		for j, want := range []string{c.golangJWT, c.goJose} {
			got := "accepts"
			if peers[j].judge(s, token).err != nil {
				got = "refuses"
			}
			if got != want {
				t.Errorf("%s: %s %s, no longer %s", c.name, peers[j].name, got, want)
			}
		}
		if s.judgeOurs(token).err == nil {
			t.Errorf("%s: accepted by jwt", c.name)
		}
	}
}
