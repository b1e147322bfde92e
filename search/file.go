package search

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"unsafe"

	"github.com/techmapit/tmi/internal/errs"
)

// A part's file is a row of sections, each at a multiple of 8 bytes, then a table of them in
// JSON, its length and check sum (4 bytes each) and eight bytes that say what the file is.
// Numbers are little-endian.

const magic = "TMIPART1"

// directory is the table of sections at a part's end.
type directory struct {
	Shape    uint32              `json:"shape"` // of the rows in it
	Docs     int                 `json:"docs"`
	Sections map[string][2]int64 `json:"sections"` // offset and length
}

// writer writes sections one after the other.
type writer struct {
	file *os.File
	w    *bufio.Writer
	at   int64
	dir  directory
}

func newWriter(path string) (*writer, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("write index part: %w", err)
	}
	return &writer{file: file, w: bufio.NewWriterSize(file, 1<<20), dir: directory{Sections: map[string][2]int64{}}}, nil
}

// write adds bytes to the section that is open; errors come out of close.
func (w *writer) write(b []byte) {
	n, _ := w.w.Write(b) // a bufio.Writer keeps its first error
	w.at += int64(n)
}

func (w *writer) align() {
	if rest := w.at % 8; rest != 0 {
		w.write(make([]byte, 8-rest))
	}
}

// section writes a section whole.
func (w *writer) section(name string, b []byte) {
	w.align()
	w.dir.Sections[name] = [2]int64{w.at, int64(len(b))}
	w.write(b)
}

func (w *writer) close(shape uint32, docs int) error {
	w.align()
	w.dir.Shape, w.dir.Docs = shape, docs
	table, err := json.Marshal(w.dir)
	if err != nil {
		return errors.Join(err, w.file.Close())
	}
	w.write(table)
	w.write(binary.LittleEndian.AppendUint32(nil, uint32(len(table))))
	w.write(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(table)))
	w.write([]byte(magic))
	if err := errors.Join(w.w.Flush(), w.file.Close()); err != nil {
		return fmt.Errorf("write index part: %w", err)
	}
	return nil
}

// readDirectory reads the table of sections; errs.Corrupt for what is no part, or not whole.
func readDirectory(data []byte) (dir directory, err error) {
	const tail = 4 + 4 + len(magic)
	if len(data) < tail || string(data[len(data)-len(magic):]) != magic {
		return dir, errs.New(errs.Corrupt, "the file does not end as an index part does")
	}
	end := len(data) - tail
	size := int(binary.LittleEndian.Uint32(data[end:]))
	if size > end {
		return dir, errs.New(errs.Corrupt, "the table of sections is longer than the file")
	}
	table := data[end-size : end]
	if crc32.ChecksumIEEE(table) != binary.LittleEndian.Uint32(data[end+4:]) {
		return dir, errs.New(errs.Corrupt, "the table of sections has another check sum")
	}
	if err := json.Unmarshal(table, &dir); err != nil {
		return dir, errs.New(errs.Corrupt, "the table of sections: %w", err)
	}
	for name, s := range dir.Sections {
		if s[0] < 0 || s[1] < 0 || s[0]%8 != 0 || s[0]+s[1] > int64(end-size) {
			return dir, errs.New(errs.Corrupt, "section %s lies outside of the file", name)
		}
	}
	return dir, nil
}

// number is what sections hold in rows.
type number interface {
	int8 | int64 | uint32 | uint64
}

func bytesOf[T number](list []T) []byte {
	if len(list) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&list[0])), len(list)*int(unsafe.Sizeof(list[0])))
}

// listOf reads a section as numbers, in place.
func listOf[T number](b []byte) []T {
	var one T
	if len(b) == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/int(unsafe.Sizeof(one)))
}

// texts is a list of byte strings in two sections: where each begins, and all of them.
type texts struct {
	starts []uint64 // one more than there are texts
	bytes  []byte
}

func (t texts) len() int { return max(len(t.starts)-1, 0) }

func (t texts) at(i int) []byte {
	from, to := t.starts[i], t.starts[i+1]
	if from > to || to > uint64(len(t.bytes)) {
		return nil
	}
	return t.bytes[from:to]
}

// find is the place of a text in a sorted list, and whether it is there.
func (t texts) find(text string) (int, bool) {
	low, high := 0, t.len()
	for low < high {
		middle := (low + high) / 2
		if string(t.at(middle)) < text {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < t.len() && string(t.at(low)) == text
}

func (w *writer) texts(name string, count int, appendText func(b []byte, i int) []byte) {
	starts := make([]uint64, 1, count+1)
	var b []byte
	for i := range count {
		b = appendText(b, i)
		starts = append(starts, uint64(len(b)))
	}
	w.section(name+".starts", bytesOf(starts))
	w.section(name+".bytes", b)
}
