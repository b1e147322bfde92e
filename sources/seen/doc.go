// Package seen keeps in Redis what several collectors share: the newest capture of each
// page. It is a memory and no store: whatever Redis loses, is asked for again.
package seen
