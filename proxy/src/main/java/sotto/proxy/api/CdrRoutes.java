package sotto.proxy.api;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import sotto.proxy.cdr.CallRecords;
import sotto.proxy.cdr.CallRecords.Page;
import sotto.proxy.cdr.CallRecords.Place;
import sotto.proxy.cdr.CallRecords.Query;

/** Call detail records: by page and one by one, as JSON or CSV. Runs on the event loop, asks the database off it. */
final class CdrRoutes {
    private static final String JSON = "application/json";
    private static final String CSV = "text/csv";
    private static final Set<String> KNOWN = Set.of("from", "to", "trunk", "number", "limit", "after");
    private static final int USUAL = 100;
    private static final int MOST = 1000;
    private static final int LONGEST_NUMBER = 128;

    private final CallRecords cdrs;
    private final Replies replies;

    CdrRoutes(CallRecords cdrs, Replies replies) {
        this.cdrs = cdrs;
        this.replies = replies;
    }

    void on(Router router) {
        router.get("/v1/cdrs").produces(JSON).produces(CSV).handler(this::page);
        router.get("/v1/cdrs/:id").produces(JSON).produces(CSV).handler(this::one);
    }

    private void page(RoutingContext routing) {
        Query query;
        try {
            query = query(routing.queryParams());
        } catch (Problem e) {
            Replies.fail(routing, e);
            return;
        }
        String path = routing.normalizedPath();
        MultiMap asked = routing.queryParams();
        boolean isCsv = isCsv(routing);
        replies.sendText(routing, () -> {
            Page page = ask(() -> cdrs.page(query));
            Map<String, String> link = page.next()
                    .map(next -> Map.of("Link", "<" + nextPage(path, asked, next) + ">; rel=\"next\"")) // RFC 8288 §3
                    .orElse(Map.of());
            String next = page.next().map(n -> "\"" + n.text() + "\"").orElse("null");
            return isCsv
                    ? csv(page.records(), link)
                    : new Replies.Text(
                            JSON, "{\"cdrs\":[" + String.join(",", page.records()) + "],\"next\":" + next + "}", link);
        });
    }

    private void one(RoutingContext routing) {
        String id = Replies.pathParam(routing, "id");
        boolean isCsv = isCsv(routing);
        replies.sendText(routing, () -> {
            String record = ask(() -> cdrs.find(id))
                    .orElseThrow(
                            () -> new Problem(
                                    404,
                                    "unknown-cdr",
                                    "no call of that id is over, or it is older than cdr.keep; GET /v1/calls has those that run"));
            return isCsv ? csv(List.of(record), Map.of()) : new Replies.Text(JSON, record, Map.of());
        });
    }

    private static boolean isCsv(RoutingContext routing) {
        return CSV.equals(routing.getAcceptableContentType());
    }

    private static Replies.Text csv(List<String> records, Map<String, String> headers) {
        return new Replies.Text(CSV + "; charset=utf-8; header=present", CdrCsv.of(records), headers); // RFC 4180 §3
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws CallRecords.Unavailable;
    }

    private static <T> T ask(Question<T> question) {
        try {
            return question.ask();
        } catch (CallRecords.Unavailable e) {
            throw new Problem(
                    503,
                    "cdrs-unavailable",
                    "the database opens or cannot be read; no record is lost, ask again; see the runbook");
        }
    }

    private static Query query(MultiMap asked) {
        for (String name : asked.names()) {
            if (!KNOWN.contains(name) || asked.getAll(name).size() > 1) {
                throw Problem.malformed("there are from, to, trunk, number, limit and after, each once at most");
            }
        }
        return new Query(
                read(asked, "from", CdrRoutes::instant, "an instant such as 2026-11-25T04:00:00Z"),
                read(asked, "to", CdrRoutes::instant, "an instant such as 2026-11-25T04:00:00Z"),
                read(asked, "trunk", CdrRoutes::name, "a trunk's name"),
                read(asked, "number", CdrRoutes::number, "a whole calling or called number; write + as %2B"),
                read(asked, "limit", CdrRoutes::limit, "a whole number in 1.." + MOST)
                        .orElse(USUAL),
                read(asked, "after", Place::parse, "what next of the page before says"));
    }

    private static <T> Optional<T> read(
            MultiMap asked, String name, Function<String, Optional<T>> reader, String form) {
        return Optional.ofNullable(asked.get(name))
                .map(text -> reader.apply(text).orElseThrow(() -> Problem.malformed(name + " is " + form)));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text.replace(' ', '+')).toInstant()); // + comes as a blank
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> name(String text) {
        return Optional.of(text).filter(t -> t.matches("[A-Za-z0-9_-]{1,32}"));
    }

    private static Optional<String> number(String text) {
        String number = text.startsWith(" ") ? "+" + text.substring(1) : text; // + that was not written as %2B
        return Optional.of(number).filter(n -> !n.isBlank() && n.length() <= LONGEST_NUMBER);
    }

    private static Optional<Integer> limit(String text) {
        return text.matches("\\d{1,4}")
                ? Optional.of(Integer.valueOf(text)).filter(n -> n >= 1 && n <= MOST)
                : Optional.empty();
    }

    private static String nextPage(String path, MultiMap asked, Place next) {
        StringBuilder link = new StringBuilder(path).append('?');
        asked.forEach((name, value) -> {
            if (!name.equals("after")) {
                link.append(name)
                        .append('=')
                        .append(java.net.URLEncoder.encode(value, java.nio.charset.StandardCharsets.UTF_8))
                        .append('&');
            }
        });
        return link.append("after=").append(next.text()).toString();
    }
}
