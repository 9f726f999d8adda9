package backup

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

const folder = "/var/backups"

func pack(ctx context.Context, name string, parts []string) {
	// ruleid: go-shell-command
	_ = exec.Command("sh", "-c", "tar czf /tmp/backup.tgz "+name).Run()
	// ruleid: go-shell-command
	_ = exec.CommandContext(ctx, "/bin/bash", "-c", fmt.Sprintf("gzip %s", name)).Run()
	// ruleid: go-shell-command
	_ = exec.Command("bash", "-lc", strings.Join(parts, " ")).Run()
	// ok: go-shell-command
	_ = exec.Command("tar", "czf", "/tmp/backup.tgz", name).Run()
	// ok: go-shell-command
	_ = exec.Command("sh", "-c", "df -h | sort").Run()
	// ok: go-shell-command
	_ = exec.Command("sh", "-c", "ls "+folder).Run()
	// The value is an argument of the script, not part of its text.
	// ok: go-shell-command
	_ = exec.Command("sh", "-c", `gzip "$1"`, "sh", name).Run()
	// ok: go-shell-command
	_ = exec.Command("git", "-c", "user.name="+name, "commit").Run()
}
