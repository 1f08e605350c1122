// Package loopback tells hosts of this machine from others.
package loopback

import "net"

// IsHost says whether only programs of this machine reach host: localhost, or a
// loopback address, without brackets and port.
func IsHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
