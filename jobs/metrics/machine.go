package metrics

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/techmapit/tmi/internal/disk"
)

// Machine tells, whenever it is asked, how full the disks of this machine are. It implements
// [prometheus.Collector]. A folder that cannot be looked at has no value.
type Machine struct {
	Lake       string // the lake's folder; "" where it is in a bucket
	Cache      string // the cache's folder, which need not exist
	CacheBytes int64  // the cache's limit
	MinFree    int64  // bytes below which nothing is written
}

var (
	freeDesc  = prometheus.NewDesc("tmi_disk_free_bytes", "What may still be written on the disk of the folder.", []string{"folder"}, nil)
	minDesc   = prometheus.NewDesc("tmi_disk_min_bytes", "The setting min_free_disk: below it nothing is written.", nil, nil)
	cacheDesc = prometheus.NewDesc("tmi_cache_bytes", "Bytes of the remote files kept on this machine.", nil, nil)
	limitDesc = prometheus.NewDesc("tmi_cache_limit_bytes", "The setting cache_bytes.", nil, nil)
)

// Describe implements [prometheus.Collector].
func (m Machine) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{freeDesc, minDesc, cacheDesc, limitDesc} {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (m Machine) Collect(to chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, value int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(value), labels...)
	}
	tell(minDesc, m.MinFree)
	tell(limitDesc, m.CacheBytes)
	for name, folder := range map[string]string{"lake": m.Lake, "cache": m.Cache} {
		if folder == "" {
			continue
		}
		if free, err := disk.FreeBytes(folder); err == nil {
			tell(freeDesc, free, name)
		}
	}
	if used, err := usedBytes(m.Cache); err == nil {
		tell(cacheDesc, used)
	}
}

// usedBytes adds up the files of a folder; one that does not exist has none.
func usedBytes(folder string) (total int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, os.ErrNotExist): // evicted meanwhile, or never made
			return nil
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total, err
}
