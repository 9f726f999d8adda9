package unpack

import (
	"archive/tar"
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
)

func unzip(archive *zip.Reader, folder string) error {
	for _, file := range archive.File {
		// ruleid: go-archive-extraction
		if err := write(filepath.Join(folder, file.Name), file); err != nil {
			return err
		}
	}
	return nil
}

func untar(archive *tar.Reader, folder string) error {
	for {
		header, err := archive.Next()
		if err != nil {
			return err
		}
		// ruleid: go-archive-extraction
		path := filepath.Join(folder, header.Name)
		if err := os.MkdirAll(path, 0o750); err != nil {
			return err
		}
	}
}

func place(folder string, file *zip.File) string {
	// ruleid: go-archive-extraction
	return filepath.Join(folder, file.Name)
}

func unzipStrictly(archive *zip.Reader, folder string) error {
	for _, file := range archive.File {
		if !filepath.IsLocal(file.Name) {
			return errors.New("outside of the folder: " + file.Name)
		}
		// ok: go-archive-extraction
		if err := write(filepath.Join(folder, file.Name), file); err != nil {
			return err
		}
	}
	return nil
}

func untarChecked(archive *tar.Reader, folder string) error {
	header, err := archive.Next()
	if err != nil {
		return err
	}
	// ok: go-archive-extraction
	path := filepath.Join(folder, header.Name)
	if !isWithin(path, folder) {
		return errors.New("outside of the folder: " + header.Name)
	}
	return os.MkdirAll(path, 0o750)
}

func named(users []user, folder string) (paths []string) {
	for _, user := range users {
		// ok: go-archive-extraction
		paths = append(paths, filepath.Join(folder, user.Name))
	}
	return paths
}

func list(archive *zip.Reader) (names []string) {
	for _, file := range archive.File {
		// ok: go-archive-extraction
		names = append(names, filepath.Base(file.Name))
	}
	return names
}
