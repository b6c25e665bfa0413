package sotto.proxy.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Year;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import sotto.proxy.config.SottoConfig;
import sotto.proxy.demo.KeyPress.Carrier;
import sotto.proxy.demo.UserAgent.State;
import sotto.proxy.sandbox.SandboxGateway;

/**
 * The main job, shown on loopback: a caller and an agent, each a telephone of our own on real sockets, talk through the
 * program; the caller keys a test card; the sandbox is charged; and the agent's side is searched for digits.
 *
 * <pre>
 *  caller  --RTP, SIP--  program  --SRTP, SIP--  agent
 *                           |  \-- HTTP -- agent's desktop
 *                        sandbox gateway
 * </pre>
 */
public final class Demo {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration TALK = Duration.ofSeconds(1);
    private static final int CLEARLY = 90; // percent of the time
    private static final int CONTROL_KEY = 5;
    private static final String NUMBER = "payment-card-number";
    private static final String EXPIRY = "expiration-date";
    private static final String CODE = "security-code";
    private static final int EVENT_PACKETS = KeyPress.DOWN_TICKS + 3;

    private final Report report;
    private final Path directory;
    private final UserAgent caller;
    private final UserAgent agent;
    private int pressedInBand;
    private int pressedAsEvent;

    private Demo(Report report, Path directory, UserAgent caller, UserAgent agent) {
        this.report = report;
        this.directory = directory;
        this.caller = caller;
        this.agent = agent;
    }

    /**
     * Runs it, in less than 30 s.
     *
     * @param start starts the program; a function, for demo may not import app
     * @return exit code: 0 where everything was as it has to be, else 1
     */
    public static int run(PrintStream out, Running.Starter start) {
        out.println("Sotto demo: a caller pays on the telephone, and no digit reaches the agent's side\n");
        Report report = new Report(out);
        try {
            Path directory = Files.createTempDirectory("sotto-demo");
            DemoLog log = new DemoLog(directory.resolve("log.txt"));
            try {
                all(report, directory, start);
            } catch (IOException | RuntimeException e) {
                report.check(false, "no failure, but: " + e);
            } finally {
                log.close();
            }
            int code = report.finish();
            if (code == 0) {
                delete(directory);
            } else {
                report.line("", "what it left behind is in " + directory);
            }
            return code;
        } catch (IOException e) {
            report.line("FAILED", "no place for files: " + e);
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void all(Report report, Path directory, Running.Starter start)
            throws IOException, InterruptedException {
        List<G711> codecs = List.of(G711.PCMA, G711.PCMU);
        try (SandboxGateway gateway = SandboxGateway.start(new InetSocketAddress(Loopback.ADDRESS, 0));
                UserAgent caller = UserAgent.open(
                        new UserAgent.Profile(Loopback.ADDRESS, Voice.CALLER, codecs, false, Duration.ZERO));
                UserAgent agent = UserAgent.open(
                        new UserAgent.Profile(Loopback.ADDRESS, Voice.AGENT, codecs, true, Duration.ZERO))) {
            Demo demo = new Demo(report, directory, caller, agent);
            URI pay = URI.create("http://127.0.0.1:" + gateway.port() + "/pay");
            SottoConfig config = Loopback.config(caller.address(), agent.address(), pay, directory);
            try (Running program = start.start(config);
                    Api api = new Api(program, directory.resolve("api.txt"))) {
                demo.call(new InetSocketAddress(Loopback.ADDRESS, config.sip().udpPort()), api);
                demo.pay(api, gateway);
                caller.hangUp();
                report.check(agent.await(State.ENDED, SOON), "the agent's side to be hung up with the caller");
                api.text("/metrics");
                demo.searchHeap();
            }
            demo.judgeTap();
            demo.searchFiles();
        }
    }

    private void call(InetSocketAddress program, Api api) throws IOException, InterruptedException {
        caller.call(program, "+441632960000", "+441632960123");
        if (!caller.await(State.ANSWERED, SOON) || caller.finalStatus() != 200 || !agent.await(State.ANSWERED, SOON)) {
            throw new IOException("the call was not answered but ended with " + caller.finalStatus());
        }
        report.line("call", "caller: " + caller.media() + "; agent: " + agent.media());
        report.line("", "set up in " + caller.setup().toMillis() + " ms, the first on a cold program");
        String path = "/v1/calls/" + caller.callId();
        report.check(api.get(path).path("state").asText().equalsIgnoreCase("answered"), path + " to be ANSWERED");
        judge("before", talk(TALK));
        long fromNs = System.nanoTime();
        caller.audio().press(CONTROL_KEY, Carrier.IN_BAND); // a search that finds nothing must be seen to find
        caller.audio().press(CONTROL_KEY, Carrier.TELEPHONE_EVENT);
        talk(Duration.ofMillis(200));
        int tones = tonesAt(agent, fromNs);
        int events = agent.audio().heard().eventsBetween(fromNs, System.nanoTime());
        report.line(
                "control",
                "a key before secure-pay does reach the agent: " + tones + " tone, " + events
                        + " telephone-event packets");
        report.check(tones == 1 && events == EVENT_PACKETS, "1 tone and " + EVENT_PACKETS + " packets of it");
    }

    private void pay(Api api, SandboxGateway gateway) throws IOException, InterruptedException {
        String id = api.post(
                        "/v1/calls/" + caller.callId() + "/payments",
                        """
                {"amount": "12.34", "currency": "EUR", "method": "charge", "description": "demonstration",
                 "fields": ["payment-card-number", "expiration-date", "security-code"]}""")
                .path("id")
                .asText();
        long maskedNs = System.nanoTime();
        try (Progress progress = Progress.follow(api, id)) {
            need(progress.await(() -> progress.state().equals("CAPTURING"), SOON), "the payment to capture", progress);
            report.line(
                    "secure",
                    "masked before the first key: "
                            + api.get("/v1/payments/" + id).path("sinks"));
            judge("masked", talk(TALK));
            long keyingNs = System.nanoTime();
            key(progress);
            need(progress.await(() -> progress.state().equals("READY"), SOON), "the payment to be READY", progress);
            report.line(
                    "captured",
                    pressedInBand + " keys from tones (~), " + pressedAsEvent + " from telephone-events (*)");
            judge("keying", new Span(keyingNs, System.nanoTime()), caller, Voice.AGENT);
            submit(api, id, gateway, progress);
            judge("paid", talk(TALK));
            judgeAgentLeg(maskedNs, System.nanoTime());
            api.post("/v1/payments/" + id + "/hand-back", "{}");
            need(progress.await(() -> progress.state().matches("HANDED_BACK|CLOSED"), SOON), "a hand-back", progress);
        }
        talk(Duration.ofMillis(300)); // what is held back ends
        judge("after", talk(TALK));
    }

    private void submit(Api api, String id, SandboxGateway gateway, Progress progress)
            throws IOException, InterruptedException {
        api.post("/v1/payments/" + id + "/submit", "{}");
        need(progress.await(() -> progress.state().equals("CAPTURED"), SOON), "the payment to be approved", progress);
        String lastFour = Integer.toString(TestCard.LAST_FOUR);
        report.check(progress.of(NUMBER, "lastFour").equals(lastFour), "a card ending " + lastFour);
        report.line(
                "gateway",
                "approved 12.34 EUR, card ending " + progress.of(NUMBER, "lastFour") + ", charges in its ledger: "
                        + gateway.charges());
        report.line("", "reference " + progress.text("reference"));
        report.check(gateway.charges() == 1, "1 charge in the ledger");
    }

    /** Number half in band and half as telephone-event, expiry as telephone-event, code in band. */
    private void key(Progress progress) throws IOException, InterruptedException {
        int half = TestCard.NUMBER_DIGITS / 2;
        int year = Year.now(java.time.ZoneOffset.UTC).getValue();
        report.begin("number");
        for (int i = 0; i < TestCard.NUMBER_DIGITS; i++) {
            press(progress, NUMBER, TestCard.numberDigit(i), i < half ? Carrier.IN_BAND : Carrier.TELEPHONE_EVENT);
        }
        report.end("  " + progress.of(NUMBER, "brand").toLowerCase(java.util.Locale.ROOT) + " ending "
                + progress.of(NUMBER, "lastFour"));
        report.begin("expiry");
        for (int i = 0; i < 4; i++) {
            press(progress, EXPIRY, TestCard.expiryDigit(i, year), Carrier.TELEPHONE_EVENT);
        }
        report.end("");
        report.begin("code");
        for (int i = 0; i < 3; i++) {
            press(progress, CODE, TestCard.codeDigit(i), Carrier.IN_BAND);
        }
        report.end("");
    }

    /** Presses, and sees that the agent is shown one digit more. */
    private void press(Progress progress, String field, int key, Carrier carrier)
            throws IOException, InterruptedException {
        int before = progress.digits(field);
        caller.audio().press(key, carrier);
        need(
                progress.await(() -> progress.digits(field) == before + 1, SOON),
                "digit " + (before + 1) + " of " + field + " to be captured, " + carrier,
                progress);
        report.more(carrier == Carrier.IN_BAND ? "~" : "*");
        if (carrier == Carrier.IN_BAND) {
            pressedInBand++;
        } else {
            pressedAsEvent++;
        }
    }

    private static void need(boolean holds, String what, Progress progress) throws IOException {
        if (!holds) {
            throw new IOException(
                    "expected " + what + "; it is " + progress.state() + " " + progress.text("errorCode"));
        }
    }

    /** A stretch of time by {@link System#nanoTime}. */
    private record Span(long fromNs, long toNs) {}

    /** Lets both talk for a while, by packets that arrive. */
    private Span talk(Duration length) throws InterruptedException {
        long fromNs = System.nanoTime();
        Heard heard = caller.audio().heard();
        heard.await(heard.count() + (int) (length.toMillis() / 20), 2 * length.toNanos());
        return new Span(fromNs, System.nanoTime());
    }

    private void judge(String heading, Span span) {
        judge(heading, span, agent, Voice.CALLER);
        judge("", span, caller, Voice.AGENT);
    }

    private void judge(String heading, Span span, UserAgent ear, Voice voice) {
        int percent = voice.percentOf(ear.audio().heard().between(span.fromNs, span.toNs));
        String who = ear == agent ? "agent hears caller" : "caller hears agent";
        report.line(heading, who + " " + percent + " % of the time");
        report.check(percent >= CLEARLY, who + " at least " + CLEARLY + " % of the time");
    }

    private int tonesAt(UserAgent ear, long fromNs) {
        return KeyTones.count(ear.audio().heard().between(fromNs, System.nanoTime()));
    }

    private void judgeAgentLeg(long fromNs, long toNs) {
        int tones = KeyTones.count(agent.audio().heard().between(fromNs, toNs));
        int events = agent.audio().heard().eventsBetween(fromNs, toNs);
        report.line("leaked", "to the agent leg: " + tones + " key tones, " + events + " telephone-event packets");
        report.check(tones == 0 && events == 0, "no key tone and no telephone-event at the agent");
        report.check(agent.audio().refused() == 0, "every packet at the agent to be authentic SRTP");
    }

    private void judgeTap() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory.resolve("tap"))) {
            all.sorted().forEach(files::add);
        }
        int tones = 0;
        for (Path file : files) {
            short[] audio = Wav.read(file);
            Voice voice = file.toString().endsWith("caller.wav") ? Voice.CALLER : Voice.AGENT;
            tones += KeyTones.count(audio);
            report.check(voice.percentOf(audio) > 30, voice + " in " + file.getFileName());
        }
        report.check(files.size() == 2, "two files of the tap, but " + files.size());
        report.check(tones == 1, "one key tone in the tap, the control");
        report.line("", "tap: " + (tones - 1) + " key tones in " + files.size() + " files, the control left out");
    }

    private void searchHeap() throws IOException {
        List<String> found = LeakSearch.heap(directory);
        report.line("search", "heap of this process: card number found " + times(found));
        report.check(found.isEmpty(), "no card number in the heap");
    }

    private void searchFiles() throws IOException {
        List<String> found = LeakSearch.files(directory);
        report.line("", "logs, journal, tap, API, events, metrics: card number found " + times(found));
        report.check(found.isEmpty(), "no card number in any file");
    }

    private static String times(List<String> found) {
        return found.size() + " times" + (found.isEmpty() ? "" : ", in " + String.join(", ", found));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
