package skips

import "testing"

func TestSkips(t *testing.T) {
	if testing.Short() {
		t.SkipNow() // want `this skip gives no reason`
	}
	if testing.Verbose() {
		t.Skip() // want `this skip gives no reason`
	}
	t.Skip("no PostgreSQL here: apt-get install postgresql")
}
