package jwt

import (
	"fmt"
	"slices"
	"time"
)

// MaxLeeway is the largest [Expect.Leeway].
const MaxLeeway = 60 * time.Second

// Expect says what a token must be to pass [KeySet.Verify]. Only Now is
// required. What is not asked for is not checked, so ask for the type, the
// issuer and the audience wherever tokens of more than one kind exist (RFC
// 8725, sections 3.8 to 3.12).
type Expect struct {
	// Types lists the acceptable values of the header's typ, compared as media
	// types: case does not matter and "application/" may be left out (RFC
	// 7515, section 4.1.9). A token without typ then fails. Empty: any or none.
	Types []string
	// Issuer is what iss must be, exactly. Empty: not checked.
	Issuer string
	// Audience is what one element of aud must be, exactly; a token without
	// aud then fails. Empty: not checked.
	Audience string
	// OtherAudiences will do as well as Audience. They demand aud even when
	// Audience is empty.
	OtherAudiences []string

	// Now is the time to judge by. Required: the zero time is ErrExpect.
	Now time.Time
	// Leeway is how far nbf and iat may be in the future, for clocks that
	// differ: 0 to MaxLeeway. It does not lengthen a token's life.
	Leeway time.Duration
	// ExpiryLeeway is how long after exp a token still passes: 0 to MaxLeeway.
	// Leave it 0 unless tokens of another system must be judged as it does.
	ExpiryLeeway time.Duration
	// MaxLifetime is the longest exp − iat; it makes iat required. 0: no limit.
	MaxLifetime time.Duration

	// InsecureAllowMissingExpiry lets tokens without exp pass, which then live
	// for ever.
	InsecureAllowMissingExpiry bool
	// SkipExpiry leaves the comparison of exp with Now to the caller, who must
	// make it. exp must be there and well-formed all the same.
	SkipExpiry bool

	// InsecureAnySubject lets sub be any JSON value, for tokens of issuers that
	// do not keep to RFC 7519, section 4.1.2. One that is no string counts as
	// an empty Subject; Claims.Raw has it.
	InsecureAnySubject bool

	RequireSubject  bool // sub must be there and not be empty
	RequireID       bool // jti must be there and not be empty
	RequireIssuedAt bool // iat must be there

	// IgnoreKeyID verifies with the keys of the token's algorithm whatever its
	// kid says. For callers that have chosen the key by other means and give a
	// set of that one alone.
	IgnoreKeyID bool
}

// check refuses an Expect that the program has got wrong.
func (e *Expect) check() error {
	switch {
	case e.Now.IsZero():
		return fmt.Errorf("%w: Now is not set", ErrExpect)
	case e.Leeway < 0 || e.Leeway > MaxLeeway:
		return fmt.Errorf("%w: Leeway must be from 0 to %v", ErrExpect, MaxLeeway)
	case e.ExpiryLeeway < 0 || e.ExpiryLeeway > MaxLeeway:
		return fmt.Errorf("%w: ExpiryLeeway must be from 0 to %v", ErrExpect, MaxLeeway)
	case e.MaxLifetime < 0:
		return fmt.Errorf("%w: MaxLifetime is negative", ErrExpect)
	}
	return nil
}

// judge compares a token whose signature is good with e. The order is fixed,
// and exp comes last: ErrExpired means that nothing else is wrong.
func (e *Expect) judge(t *Token) error {
	if len(e.Types) > 0 && !slices.ContainsFunc(e.Types, func(typ string) bool { return sameType(typ, t.Type) }) {
		return ErrType
	}
	if e.Issuer != "" && t.Claims.Issuer != e.Issuer {
		return ErrIssuer
	}
	if (e.Audience != "" || len(e.OtherAudiences) > 0) && !slices.ContainsFunc(t.Claims.Audience, e.isAudience) {
		return ErrAudience
	}
	if err := e.judgePresence(t.Claims); err != nil {
		return err
	}
	return e.judgeTimes(t)
}

func (e *Expect) isAudience(aud string) bool {
	return e.Audience != "" && aud == e.Audience || slices.Contains(e.OtherAudiences, aud)
}

func (e *Expect) judgePresence(c *Claims) error {
	switch {
	case e.RequireSubject && c.Subject == "":
		return fmt.Errorf("%w: sub", ErrMissingClaim)
	case e.RequireID && c.ID == "":
		return fmt.Errorf("%w: jti", ErrMissingClaim)
	case (e.RequireIssuedAt || e.MaxLifetime > 0) && c.IssuedAt.IsZero():
		return fmt.Errorf("%w: iat", ErrMissingClaim)
	case !e.InsecureAllowMissingExpiry && c.ExpiresAt.IsZero():
		return fmt.Errorf("%w: exp", ErrMissingClaim)
	}
	return nil
}

func (e *Expect) judgeTimes(t *Token) error {
	c := t.Claims
	latest := e.Now.Add(e.Leeway)
	if c.NotBefore.After(latest) || c.IssuedAt.After(latest) {
		return ErrNotYetValid
	}
	if c.ExpiresAt.IsZero() {
		return nil
	}
	if e.MaxLifetime > 0 && c.ExpiresAt.After(c.IssuedAt.Add(e.MaxLifetime)) {
		return ErrLifetime
	}
	// RFC 7519, section 4.1.4: not accepted on or after exp.
	if !e.SkipExpiry && !e.Now.Before(c.ExpiresAt.Add(e.ExpiryLeeway)) {
		return &ExpiredError{Token: t}
	}
	return nil
}
