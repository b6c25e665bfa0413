package sotto.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A report in one file, which loads nothing from elsewhere. One thread. */
public final class Page {
    private final String title;
    private final List<String> parts = new ArrayList<>();

    public Page(String title) {
        this.title = title;
    }

    public Page paragraph(String text) {
        parts.add("<p>" + escape(text) + "</p>");
        return this;
    }

    /** Text whose columns are aligned, as for a terminal. */
    public Page text(String text) {
        parts.add("<pre>" + escape(text) + "</pre>");
        return this;
    }

    public Page plot(Plot plot) {
        parts.add("<figure>" + plot.svg() + "</figure>");
        return this;
    }

    public Page heading(String text) {
        parts.add("<h2>" + escape(text) + "</h2>");
        return this;
    }

    public void write(Path file) throws IOException {
        Files.writeString(
                file,
                """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>%s</title>
                <style>
                body { font: 15px/1.45 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328 }
                pre { background: #f6f8fa; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px }
                figure { margin: 1rem 0 }
                svg { max-width: 100%%; height: auto; border: 1px solid #d8dee4 }
                </style>
                </head>
                <body>
                <h1>%s</h1>
                %s
                </body>
                </html>
                """
                        .formatted(escape(title), escape(title), String.join("\n", parts)));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
