package flaskjwt

// rule is a difference on purpose. predict sees the input of a case alone and
// says what we answer instead.
type rule struct {
	name, answer, reason string
	predict              func(v *vector) (members, bool)
}

var rules []rule
