package oracle

// entry is a token that is signed well. ALGORITHM in the header stands for the
// key's. rule names the disagreement, if there is one.
type entry struct {
	name, header, payload string
	accepted              bool
	rule                  string
}

const (
	plain = `{"alg":"ALGORITHM"}`
	good  = `{"sub":"a","exp":1800000900}`
)

var corpus = []entry{
	{"ordinary", plain, good, true, ""},
	{"all claims", `{"alg":"ALGORITHM","typ":"at+jwt","kid":"k"}`, `{"iss":"i","sub":"s","aud":["a","b"],"exp":1800000900,"nbf":1700000000,"iat":1700000000,"jti":"j","n":1,"o":{"a":[1,null,true,"x"]}}`, true, ""},
	{"audience string", plain, `{"aud":"a","exp":1800000900}`, true, ""},
	{"white space", " {\n \"alg\" : \"ALGORITHM\" } ", " {\t\"sub\" : \"a\" ,\r\n \"exp\" : 1800000900 } ", true, ""},
	{"escapes", `{"\u0061lg":"ALGORITHM"}`, `{"\u0073ub":"\u0061\ud83d\ude00\n","exp":1800000900}`, true, ""},
	{"wide letters", plain, `{"sub":"Zoë 日本 😀","exp":1800000900}`, true, ""},
	{"fraction", plain, `{"exp":1800000900.5,"iat":1700000000.25}`, true, "fraction"},
	{"fraction just below", plain, `{"exp":1800000900,"iat":1699999999.99999999999999}`, true, "fraction"},
	{"exponent", plain, `{"exp":1.8000009e9}`, true, "fraction"},
	{"nbf 0", plain, `{"exp":1800000900,"nbf":0,"iat":0}`, true, ""},
	{"huge private number", plain, `{"exp":1800000900,"n":1e400}`, true, "number beyond float64"},
	{"malformed jwk", `{"alg":"ALGORITHM","jwk":{"kty":"x"}}`, good, true, "unused header parameter"},
	{"x5c of another kind", `{"alg":"ALGORITHM","x5c":7}`, good, true, "unused header parameter"},

	{"expired", plain, `{"exp":1799999999}`, false, ""},
	{"expires now", plain, `{"exp":1800000000}`, false, "exp now"},
	{"no exp", plain, `{"sub":"a"}`, false, ""},
	{"not yet", plain, `{"exp":1800000900,"nbf":1800000001}`, false, ""},
	{"issued in the future", plain, `{"exp":1800000900,"iat":1800009000}`, false, ""},
	{"crit empty", `{"alg":"ALGORITHM","crit":[]}`, good, false, "crit"},
	{"crit unknown", `{"alg":"ALGORITHM","crit":["x"],"x":1}`, good, false, "crit"},
	{"b64", `{"alg":"ALGORITHM","crit":["b64"],"b64":true}`, good, false, "b64"},
	{"enc", `{"alg":"ALGORITHM","enc":"A256GCM"}`, good, false, "encryption"},
	{"none", `{"alg":"none"}`, good, false, ""},
	{"alg twice", `{"alg":"none","alg":"ALGORITHM"}`, good, false, "duplicate"},
	{"exp twice", plain, `{"exp":1,"exp":1800000900}`, false, "duplicate"},
	{"twice deep down", plain, `{"o":[{"a":1,"a":2}],"exp":1800000900}`, false, "duplicate"},
	{"case variant of sub", plain, `{"sub":"a","SUB":"admin","exp":1800000900}`, false, "case variant"},
	{"long s in sub", plain, `{"sub":"a","ſub":"admin","exp":1800000900}`, false, "case variant"},
	{"case variant of alg", `{"alg":"ALGORITHM","ALG":"none"}`, good, false, "case variant"},
	{"invalid UTF-8", plain, "{\"sub\":\"\xff\",\"exp\":1800000900}", false, "UTF-8"},
	{"lone surrogate", plain, `{"sub":"\ud800","exp":1800000900}`, false, "surrogate"},
	{"NUL in sub", plain, `{"sub":"admin\u0000","exp":1800000900}`, false, "U+0000"},
	{"kid with a newline", `{"alg":"ALGORITHM","kid":"a\nb"}`, good, false, "kid"},
	{"typ empty", `{"alg":"ALGORITHM","typ":""}`, good, false, "typ"},
	{"exp string", plain, `{"exp":"1800000900"}`, false, "NumericDate"},
	{"exp beyond 2^53", plain, `{"exp":9007199254740993}`, false, "NumericDate"},
	{"iat negative", plain, `{"exp":1800000900,"iat":-1}`, false, "NumericDate"},
	{"nbf null", plain, `{"exp":1800000900,"nbf":null}`, false, "null"},
	{"sub number", plain, `{"sub":1,"exp":1800000900}`, false, "type of a claim"},
	{"aud empty", plain, `{"aud":[],"exp":1800000900}`, false, "audience"},
	{"aud nested", plain, `{"aud":[["a"]],"exp":1800000900}`, false, "audience"},
	{"aud mixed", plain, `{"aud":["a",1],"exp":1800000900}`, false, "audience"},
	{"array", plain, `[]`, false, ""},
	{"trailing data", plain, good + `x`, false, ""},
	{"empty payload", plain, ``, false, ""},
}
