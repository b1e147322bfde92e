package search

import (
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"
)

// Lists of documents lie in a file as roaring bitmaps; those of a few documents, which are
// most, as the differences between their numbers, which is a tenth of the size.

// fewDocs is how many documents a list may have to be written in the short form.
const fewDocs = 12

// appendList writes sorted, distinct numbers: a count and as many differences, or 0 and a bitmap.
func appendList(b []byte, docs []uint32) []byte {
	if len(docs) <= fewDocs && len(docs) > 0 {
		b = append(b, byte(len(docs)))
		last := uint32(0)
		for _, doc := range docs {
			b = binary.AppendUvarint(b, uint64(doc-last))
			last = doc
		}
		return b
	}
	bitmap := roaring.BitmapOf(docs...)
	bitmap.RunOptimize()
	text, err := bitmap.ToBytes()
	if err != nil {
		panic(err) // it writes to memory
	}
	return append(append(b, 0), text...)
}

// readList reads what appendList wrote. The bitmap may refer to the bytes: it must not be
// changed, nor outlive them.
func readList(b []byte) *roaring.Bitmap {
	bitmap := roaring.New()
	if len(b) == 0 {
		return bitmap
	}
	if b[0] == 0 {
		if _, err := bitmap.FromBuffer(b[1:]); err != nil {
			return roaring.New() // the file's sum was right when it was opened
		}
		return bitmap
	}
	eachOfFew(b, func(doc uint32) { bitmap.Add(doc) })
	return bitmap
}

func eachOfFew(b []byte, yield func(doc uint32)) {
	count, last := int(b[0]), uint32(0)
	b = b[1:]
	for range count {
		step, size := binary.Uvarint(b)
		if size <= 0 {
			return
		}
		b = b[size:]
		last += uint32(step)
		yield(last)
	}
}

// union is the documents of any of the lists, in memory of its own.
func union(docCount int, lists [][]byte) *roaring.Bitmap {
	var large []*roaring.Bitmap
	var few []uint64
	for _, b := range lists {
		switch {
		case len(b) == 0:
		case b[0] == 0:
			large = append(large, readList(b))
		default:
			if few == nil {
				few = make([]uint64, (docCount+63)/64)
			}
			eachOfFew(b, func(doc uint32) {
				if int(doc) < docCount {
					few[doc/64] |= 1 << (doc % 64)
				}
			})
		}
	}
	all := roaring.New()
	if len(large) > 0 {
		all = roaring.FastOr(large...)
		all.CloneCopyOnWriteContainers()
	}
	if few != nil {
		all.Or(roaring.FromDense(few, false))
	}
	return all
}
