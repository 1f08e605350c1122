package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/session"
)

// accountKinds and sessionKinds are the events that become records.
var (
	accountKinds = []account.EventKind{
		account.EventSignedUp, account.EventSignUpRefused, account.EventUserAdded, account.EventSignedIn, account.EventSignInFailed,
		account.EventConfirmed, account.EventConfirmFailed, account.EventLocked, account.EventUnlocked,
		account.EventPasswordChanged, account.EventPasswordSet, account.EventResetRequested, account.EventPasswordReset,
		account.EventResetRefused, account.EventRehashed, account.EventMustChange, account.EventDisabled, account.EventEnabled,
		account.EventDeleted, account.EventScopeGranted, account.EventScopeRevoked, account.EventSessionsEnded,
	}
	sessionKinds = []session.EventKind{
		session.EventStarted, session.EventEnded, session.EventOtherClient, session.EventTokenRevoked,
		session.EventEpochRaised, session.EventFeedReset,
	}
)

// auditKinds are the kinds of records that this program keeps. Programs with the
// library may keep others.
func auditKinds() []string {
	return slices.Concat(texts(accountKinds), texts(sessionKinds), texts(installation.RecordKinds))
}

func texts[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = string(value)
	}
	return all
}

// warnUnknownKinds says of each kind that this program does not keep which one
// may be meant: a slip of the pen looks as if nothing had happened.
func warnUnknownKinds(w io.Writer, kinds []string) error {
	known := auditKinds()
	for _, kind := range kinds {
		if slices.Contains(known, kind) {
			continue
		}
		_, err := fmt.Fprintf(w, "latchkey: no record here is of the kind %s, unless a program of your own keeps such; did you mean %s?\n",
			printable(kind), nearest(kind, known))
		if err != nil {
			return err
		}
	}
	return nil
}

// nearest is the candidate that takes the fewest changes of a letter.
func nearest(text string, candidates []string) string {
	return slices.MinFunc(candidates, func(a, b string) int { return editDistance(text, a) - editDistance(text, b) })
}

// editDistance is the Levenshtein distance, in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
