package sotto.perf.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures of one bench: a table for people, an object for tools, and the bars that were set. One thread. */
public final class Result {
    private record Row(String figure, String value, String note) {}

    private final String title;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    public Result(String bench, String title) {
        this.title = title;
        json.put("bench", bench);
    }

    /** The object for tools, as far as it is filled. */
    public ObjectNode json() {
        return json;
    }

    /** A row of the table; the note says how it was measured. */
    public Result row(String figure, String value, String note) {
        rows.add(new Row(figure, value, note));
        return this;
    }

    public Result key(String name, double value) {
        json.put(name, Math.round(value * 1000) / 1000.0);
        return this;
    }

    public Result key(String name, long value) {
        json.put(name, value);
        return this;
    }

    /** A key that cannot be filled in this run: there is no peer to compare with. */
    public Result absent(String name) {
        json.putNull(name);
        return this;
    }

    /** A bar: the bench fails where it does not hold. */
    public Result bar(boolean holds, String bar) {
        if (!holds) {
            missed.add(bar);
        }
        return this;
    }

    public boolean barsHeld() {
        return missed.isEmpty();
    }

    public void print(PrintWriter out) {
        int figure = rows.stream().mapToInt(r -> r.figure.length()).max().orElse(1);
        int value = rows.stream().mapToInt(r -> r.value.length()).max().orElse(1);
        out.println(title + "\n");
        for (Row row : rows) {
            out.println(String.format(
                            Locale.ROOT, "%-" + figure + "s  %" + value + "s  %s", row.figure, row.value, row.note)
                    .stripTrailing());
        }
        out.println();
        missed.forEach(bar -> out.println("bar missed: " + bar));
        out.println(json);
    }

    public static String ms(double value) {
        return String.format(Locale.ROOT, "%.2f ms", value);
    }
}
