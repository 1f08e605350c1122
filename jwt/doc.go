// Package jwt makes and checks JSON Web Tokens (RFC 7519) in the compact
// serialization of JSON Web Signature (RFC 7515), and nothing else of JOSE: no
// encryption, no JSON serialization, no unsigned tokens.
//
// A [Key] has exactly one [Algorithm]; the key decides it, never the token. A
// [KeySet] is an immutable group of keys that signs with one of them and
// verifies with all. A [Keyring] keeps keys in a file and rotates them, and
// [RemoteKeys] follows the keys that another issuer publishes.
//
// [KeySet.Verify] is one gate: it checks length, the spelling of the token, the
// header, the signature, the JSON text and the claims, in this order, and
// returns either a [Token] of which everything holds or an error and nothing
// else. What a token must say is in [Expect].
//
// Stricter than the RFCs ask, on purpose (RFC 8725 and its successor):
//   - A token has one spelling: canonical base64url, no padding, no white
//     space, no unused bits.
//   - JSON is UTF-8 without duplicate names at any depth, nested at most
//     [MaxDepth] deep, and no claim that decides anything may also appear in
//     another letter case.
//   - exp is required, and exp, nbf and iat are JSON numbers from 0 to 2^53.
//   - Keys that are short, weak, off their curve or meant for another use are
//     refused when they are loaded.
package jwt
