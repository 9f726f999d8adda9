package page

import (
	"fmt"
	"html/template"
)

const icon = "<i class='ok'></i>"

func cells(name, note, script string, count int) []any {
	return []any{
		// ruleid: go-markup-built-from-values
		template.HTML(fmt.Sprintf("<b>%s</b>", name)),
		// ruleid: go-markup-built-from-values
		template.HTML("<p>" + note + "</p>"),
		// ruleid: go-markup-built-from-values
		template.JS("show('" + script + "')"),
		// ok: go-markup-built-from-values
		template.HTML("<hr>"),
		// ok: go-markup-built-from-values
		template.HTML("<td>" + icon),
		// ok: go-markup-built-from-values
		template.HTML("<b>" + template.HTMLEscapeString(name) + "</b>"),
		// ok: go-markup-built-from-values
		template.HTML(fmt.Sprintf("<b>%d of %d</b>", count, count)),
		// ok: go-markup-built-from-values
		template.Must(template.New("cell").Parse("<b>{{.}}</b>")),
	}
}
