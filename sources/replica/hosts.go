package replica

// Hosts are the boards' own host names by source: below them a [World.Handler] answers, so
// that a source's base URL is the server's address, a slash, and the host.
func Hosts() map[string]string {
	byName := map[string]string{}
	for src, host := range hosts {
		byName[sourceNames[src]] = host
	}
	return byName
}
