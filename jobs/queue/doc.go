// Package queue sends messages to Amazon SQS, or to a server that speaks like it. A message
// here is a hint: what it tells of stands in the object store already, so that one that is
// lost, late or doubled changes nothing.
package queue
