package duplicates

import "time"

// Member is a posting of a bucket.
type Member struct {
	ID         string
	ReadableAt time.Time // when its whole text was first known
	Posting    Posting

	// What was decided before and stands, where the text is gone or the time is closed.
	KnownCluster string
	KnownScore   float64
	KnownFoundAt time.Time
}

// Assignment says which cluster a posting belongs to.
type Assignment struct {
	ID      string
	Cluster string // the face's ID
	Score   float64
	FoundAt time.Time // when the later of the two that prove it was first known
}

const (
	// maxCompared bounds what one posting is compared with: the newest of its bucket.
	maxCompared = 200
	// unsureWithin is how near the second best of two clusters makes the choice a guess.
	unsureWithin = 0.02
)

// Cluster decides a bucket. Members must be in the order of (ReadableAt, ID): each joins a
// cluster of those before it, the one that holds the posting most like it, or opens its own;
// what was decided is never revised by what comes later, so that any prefix of the members
// gives the same answers. A posting that conflicts with any member of a cluster stays
// outside, and so does one that two clusters claim alike. Only clusters of more than one are
// returned, the face included; the face's score and time are those of the first to join it.
func Cluster(members []Member) []Assignment {
	b := bucket{members: members, clusterOf: make([]int, len(members)), ids: map[string]int{}}
	assigned := make([]Assignment, len(members))
	for i := range members {
		assigned[i] = b.place(i)
	}
	sizes := make([]int, len(b.faces))
	for _, c := range b.clusterOf {
		sizes[c]++
	}
	var out []Assignment
	for i, a := range assigned {
		c := b.clusterOf[i]
		if sizes[c] < 2 && a.Cluster == a.ID {
			continue
		}
		if a.Cluster == a.ID && a.FoundAt.IsZero() { // a face that was opened here
			a.Score, a.FoundAt = b.firstJoined(assigned, c, a.ID)
		}
		out = append(out, a)
	}
	return out
}

// bucket is a bucket on its way. Clusters are numbered as they are opened.
type bucket struct {
	members   []Member
	clusterOf []int
	faces     []string
	ids       map[string]int // of clusters by their face
}

func (b *bucket) open(face string) int {
	if c, ok := b.ids[face]; ok {
		return c
	}
	b.ids[face] = len(b.faces)
	b.faces = append(b.faces, face)
	return len(b.faces) - 1
}

func (b *bucket) place(i int) Assignment {
	m := &b.members[i]
	if m.KnownCluster != "" {
		b.clusterOf[i] = b.open(m.KnownCluster)
		return Assignment{ID: m.ID, Cluster: m.KnownCluster, Score: m.KnownScore, FoundAt: m.KnownFoundAt}
	}
	if c, score, ok := b.nearest(i); ok {
		b.clusterOf[i] = c
		return Assignment{ID: m.ID, Cluster: b.faces[c], Score: score, FoundAt: m.ReadableAt}
	}
	b.clusterOf[i] = b.open(m.ID)
	return Assignment{ID: m.ID, Cluster: m.ID}
}

// nearest finds the cluster that the posting belongs to.
func (b *bucket) nearest(i int) (cluster int, score float64, ok bool) {
	best := map[int]float64{} // similarity that is enough, by cluster
	barred := map[int]bool{}  // clusters with a member that conflicts
	for j := max(0, i-maxCompared); j < i; j++ {
		c := b.clusterOf[j]
		if barred[c] {
			continue
		}
		score, isSame, conflict := Compare(&b.members[j].Posting, &b.members[i].Posting)
		switch {
		case conflict != "":
			barred[c] = true
			delete(best, c)
		case isSame:
			best[c] = max(best[c], score)
		}
	}
	second := 0.0
	for c, s := range best {
		switch {
		case !ok || s > score || s == score && c < cluster:
			if ok {
				second = max(second, score)
			}
			cluster, score, ok = c, s, true
		default:
			second = max(second, s)
		}
	}
	if ok && second > 0 && score-second < unsureWithin {
		return 0, 0, false
	}
	return cluster, score, ok
}

// firstJoined is what is said of a face: the score and time of the first that joined it.
func (b *bucket) firstJoined(assigned []Assignment, cluster int, face string) (score float64, at time.Time) {
	for i, a := range assigned {
		if b.clusterOf[i] == cluster && a.ID != face {
			return a.Score, a.FoundAt
		}
	}
	return 0, time.Time{}
}
