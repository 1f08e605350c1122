package installation

// RecordKind is what a record of the audit trail says of the installation, and
// not of an account or a session. Values are stored; they do not change.
type RecordKind string

// The records there are.
const (
	KeysInUse      RecordKind = "keys_in_use"    // a server says which keys it works with
	ServerStopped  RecordKind = "server_stopped" // and that it has stopped
	KeyPublished   RecordKind = "key_published"
	KeyTookOver    RecordKind = "key_took_over"
	KeyForgotten   RecordKind = "key_forgotten"
	KeyRetired     RecordKind = "key_retired"
	KeyLeaked      RecordKind = "key_leaked"
	KeyImported    RecordKind = "key_imported"
	TokenMinted    RecordKind = "token_minted"
	HashesExported RecordKind = "password_hashes_exported"
	BackupMade     RecordKind = "backup_made"
	BackupRestored RecordKind = "backup_restored"
	AuditPurged    RecordKind = "audit_purged"
)

// RecordKinds are all of them.
var RecordKinds = []RecordKind{
	KeysInUse, ServerStopped, KeyPublished, KeyTookOver, KeyForgotten, KeyRetired, KeyLeaked, KeyImported,
	TokenMinted, HashesExported, BackupMade, BackupRestored, AuditPurged,
}
