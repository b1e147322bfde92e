// Package replica plays job boards: Jumpit, Rallit, Greenhouse and Hacker News "Who is
// hiring", in the shapes of their real answers, from a seed, over simulated days. The demo
// collects from it, and tests measure extraction, life cycle and de-duplication against the
// truth that it keeps.
//
// A [World] is a function of its [Config]: the same config gives the same bytes for ever.
// Between asking it keeps only a few dozen bytes per posting; texts are composed anew from
// the seed whenever they are asked for, so that a million postings fit in memory.
//
// # Words
//
// A job is what an employer wants filled. A posting is one appearance of a job on a board;
// a job may appear on several boards (cross-posted) and twice on one (reposted under a new
// id). Siblings are jobs of one employer whose texts are nearly equal and yet are not the
// same job: another level, place or team.
//
// # What a list shows
//
// A posting is open at an instant if and only if its board lists it then: see [Posting.OpenAt].
// Hacker News is the exception that the real one is: a thread names its comments for ever, so
// a posting there counts as open from its comment until it is deleted, or until 30 days after
// its thread. Planted faults ([Config.Faults]) change answers, never the truth.
//
// Who reads all lists once a day, at eight in the morning KST or later, meets every posting.
//
// No text, company or person is real: names are made of nonsense syllables, contact data are
// of example.com and of a telephone number that nobody has.
package replica
