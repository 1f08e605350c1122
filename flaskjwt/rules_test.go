package flaskjwt

// rule is a difference on purpose. predict sees the input of a case alone and
// says what we answer instead; a rule only explains an answer that it predicts
// exactly.
type rule struct {
	name    string // what is different
	answer  string // what we answer
	reason  string // why
	predict func(v *vector) (members, bool)
}

// rules are all differences on purpose. The guide shows them as a table.
var rules = []rule{
	{
		name:    "A token without `exp`, unless `JWT_ACCESS_TOKEN_EXPIRES` or `JWT_REFRESH_TOKEN_EXPIRES` is false or 0",
		answer:  "422 `Token is missing the \"exp\" claim`",
		reason:  "A token that never expires is a password that cannot be changed; it must be asked for.",
		predict: predictNoExpiry,
	},
	{
		name:    "`expires_delta` of false or 0 under the same settings",
		answer:  "an error when issuing",
		reason:  "No guard would accept the token.",
		predict: predictNeverExpires,
	},
	{
		name:    "`iat`, `nbf` or `exp` that is no number from 0 to 2⁵³ (the original takes texts and booleans, and crashes on `null`, lists, objects and `1e400`)",
		answer:  "422 `… claim (…) must be an integer.`",
		reason:  "Readers disagree about such a value, so a token would live longer for one than for another (RFC 7519, section 2).",
		predict: predictTimes,
	},
	{
		name:    "`aud` or `iss` of a wrong type where none is demanded",
		answer:  "422 `Invalid claim format in token`, `Payload Issuer (iss) must be a string`",
		reason:  "A malformed claim is not an absent one (RFC 7519, sections 4.1.1 and 4.1.3).",
		predict: predictNames,
	},
	{
		name:    "Claims that are not strict JSON: a member twice, `sub` beside `SUB`, a byte order mark, U+0000, a lone surrogate, nesting deeper than 32 (the original crashes at about 1,000)",
		answer:  "422 `Invalid payload string: …`",
		reason:  "Two readers of one token must not see two users (RFC 8725, section 3.7; CVE-2026-116586).",
		predict: predictStrictJSON,
	},
	{
		name:    "A header with `b64`, `zip` or `enc`, a `typ` that is no media type, a `kid` that is not short printable ASCII, or that is not strict JSON",
		answer:  "422 `Invalid header string: …`",
		reason:  "Parameters that change how a token is read are not guessed at (RFC 7515, section 4.1.11).",
		predict: predictHeader,
	},
	{
		name:    "A header or a signature in a second spelling: padding, the other base64 alphabet, characters that decoding skips",
		answer:  "422 `Signature verification failed`",
		reason:  "One token has one spelling, or a revoked one returns in another (RFC 8725, section 3.14).",
		predict: predictSpelling,
	},
	{
		name:    "A token longer than 16,384 bytes",
		answer:  "422 `Invalid token: longer than 16384 bytes`",
		reason:  "What strangers send is bounded before it is read.",
		predict: predictLength,
	},
	{
		name:    "A decode key that is the empty string",
		answer:  "422 `Signature verification failed`",
		reason:  "Everybody knows the empty secret.",
		predict: predictEmptyKey,
	},
	{
		name:    "`JWT_DECODE_LEEWAY` above 60 seconds",
		answer:  "the application does not start",
		reason:  "It keeps expired tokens alive.",
		predict: predictLeeway,
	},
	{
		name:    "Keys or algorithms that cannot work: none set, unreadable, private for public, on another curve, `none`, or a secret and a key pair together",
		answer:  "the application does not start",
		reason:  "The original crashes at the first token, or accepts what it should not (RFC 8725, sections 3.1 and 3.2).",
		predict: predictKeys,
	},
	{
		name:    "`JWT_TOKEN_LOCATION`, or `locations` of a guard, with a place that does not exist",
		answer:  "the application does not start",
		reason:  "The original crashes at the first request, or lets OPTIONS hide the mistake.",
		predict: predictLocations,
	},
	{
		name:    "Any other setting that Flask-JWT-Extended cannot use, such as an empty `JWT_HEADER_NAME`",
		answer:  "the application does not start",
		reason:  "The original crashes at the first request that needs it.",
		predict: predictSettings,
	},
	{
		name:    "Additional claims with a name that the library sets itself",
		answer:  "an error when issuing",
		reason:  "Data about a user must not be able to change who the token is for, how long it lives or whether it is fresh.",
		predict: predictReserved,
	},
	{
		name:    "Additional headers on which other readers act: an `alg` other than that of the key, `jku`, `jwk`, `x5c`, `crit` and the like, a `typ` that is no media type",
		answer:  "an error when issuing",
		reason:  "The key decides the algorithm, and nobody should be told to fetch another (RFC 8725, sections 3.1 and 3.10).",
		predict: predictHeaderAlgorithm,
	},
	{
		name:    "A token cookie that comes twice, or a second time in other letter case",
		answer:  "as if it were missing, and all of that name are expired",
		reason:  "One of them was planted from a subdomain, and nobody can tell which (RFC 6265, section 8.6).",
		predict: predictPlantedCookie,
	},
	{
		name:    "The CSRF value in a multipart form",
		answer:  "401 `Missing CSRF token`: send the header",
		reason:  "An upload is not read before it is known who sends it.",
		predict: predictMultipart,
	},
	{
		name:    "A CSRF value beyond ASCII, or a `csrf` claim that is no string, when one is demanded",
		answer:  "401 `CSRF double submit tokens do not match`, 422 `Missing claim: csrf`",
		reason:  "The original crashes.",
		predict: predictOddCSRF,
	},
	{
		name:    "A `fresh` claim that is neither boolean nor number, where a fresh token is demanded",
		answer:  "401 `Fresh token required`",
		reason:  "The original crashes.",
		predict: predictOddFresh,
	},
	{
		name:    "An authorization header whose first field is blank",
		answer:  "422 `Bad … header. …`",
		reason:  "The original crashes.",
		predict: predictBlankField,
	},
	{
		name:    "A JSON body that is not an object",
		answer:  "422 `Invalid json data: must be a json object`",
		reason:  "The original crashes.",
		predict: predictJSONBody,
	},
	{
		name:    "The current user where no guard ran",
		answer:  "no user: `FromContext` returns false, here answered with 401",
		reason:  "The original crashes.",
		predict: predictNoGuard,
	},
	{
		name:    "Signing out while the implicit refresh is due",
		answer:  "the cookies stay expired",
		reason:  "The documented recipe signs people in again when they sign out.",
		predict: predictLogout,
	},
	{
		name:    "Cookies that cannot be: a `csrf` claim with characters that no cookie may have, more than 4,096 bytes, a negative `max_age`",
		answer:  "an error, and no cookie is set",
		reason:  "A claim must not be able to write into headers; browsers drop what is too large.",
		predict: predictOddCookie,
	},
	{
		name:    "A `fresh` argument that is neither boolean, number nor duration",
		answer:  "does not compile",
		reason:  "A guard that demands a fresh token would crash.",
		predict: predictFreshArgument,
	},
}
