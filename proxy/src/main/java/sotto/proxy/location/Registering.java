package sotto.proxy.location;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipHeader;
import sotto.proxy.sip.SipRelay;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipRequest.Contact;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.SipSource;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.trunk.Phones;

/**
 * One REGISTER of a phone on its way to the PBX, and its answer back. Used by one thread at a time.
 *
 * <pre>
 *  of the phone's REGISTER           to the PBX
 *  request URI, From, To             {@link SipRelay}: as written, where they name the PBX
 *  Call-ID, CSeq                     one of ours for each of the phone's; the phone's number
 *  Contact                           our address with a token; * stays
 *  time, in Contact or Expires       at most {@code expires}
 *  Authorization                     as it is
 *  Supported, reg-id, +sip.instance  path, outbound, where {@code path} is on and the phone has them (RFC 5626 §4.2)
 *
 *  answer of the PBX                 to the phone
 *  2xx                               200: its own Contacts, those that the PBX has; behind NAT at most {@code nat-expires}
 *  401, 407, 423, other 4xx to 6xx   as it is, with challenges, Min-Expires, Retry-After
 *  3xx                               500: we do not send a phone to a place that nobody configured
 *  none, no connection               408, 503
 * </pre>
 */
final class Registering implements SipResponses {
    private static final Set<String> EXTENSIONS = Set.of("path", "outbound", "gruu");
    private static final List<String> CREDENTIALS = List.of("Authorization", "Proxy-Authorization");
    private static final List<String> CHALLENGES = List.of("WWW-Authenticate", "Proxy-Authenticate");
    private static final List<String> CROSSING = List.of(
            "WWW-Authenticate",
            "Proxy-Authenticate",
            "Authentication-Info",
            "Min-Expires",
            "Retry-After",
            "Unsupported");
    private static final Duration USUAL = Duration.ofHours(1); // RFC 3261 §10.2.1.1

    private final LocationService service;
    private final SipRequest register;
    private final Phones phones;
    private final String record;
    private final boolean isOutbound;
    private final Map<String, Asked> asked = new LinkedHashMap<>(); // by token
    private final AtomicBoolean over = new AtomicBoolean(); // a final response was there, or there will be none

    /** What is asked for one Contact. */
    private record Asked(Contact contact, OptionalInt seconds) {}

    private Registering(LocationService service, SipRequest register, Phones phones) {
        this.service = service;
        this.register = register;
        this.phones = phones;
        this.record = register.to().user() + "@"
                + phones.domain(register.calledHosts().getLast());
        List<Contact> contacts = register.contacts();
        this.isOutbound = phones.rule().path()
                && register.supports().contains("outbound")
                && register.isDirect()
                && contacts.size() == 1
                && contacts.getFirst()
                        .regId()
                        .filter(id -> id.matches("\\d{1,9}"))
                        .isPresent()
                && contacts.getFirst().instance().isPresent();
        contacts.stream().filter(contact -> !contact.isAll()).forEach(this::ask);
    }

    private void ask(Contact contact) {
        String place = isOutbound
                ? contact.instance().orElseThrow() + " " + contact.regId().orElseThrow()
                : contact.uri();
        asked.put(service.tokens().of(phones.name(), record, place), new Asked(contact, seconds(contact)));
    }

    private OptionalInt seconds(Contact contact) {
        int most = (int) phones.rule().expires().toSeconds();
        OptionalInt own = contact.expires().isPresent() ? contact.expires() : expires();
        return own.isEmpty() ? own : OptionalInt.of(Math.min(own.getAsInt(), most));
    }

    private OptionalInt expires() {
        return register.header("Expires")
                .filter(text -> text.matches("\\d{1,9}"))
                .map(text -> OptionalInt.of(Integer.parseInt(text)))
                .orElse(OptionalInt.empty());
    }

    /** Checks it, and sends it on. */
    static void take(LocationService service, SipRequest register, Phones phones) {
        Optional<SipReply> bad = bad(register, phones);
        if (bad.isPresent()) {
            service.refuse(register, Result.BAD, bad.get());
            return;
        }
        Registering registering = new Registering(service, register, phones);
        Optional<SipReply> full = registering.full();
        if (full.isPresent()) {
            service.refuse(register, Result.FULL, full.get());
        } else if (service.begin() && register.accept()) {
            service.ways().executor().execute(registering::send);
        } else {
            service.end();
            service.refuse(register, Result.FULL, unavailable());
        }
    }

    private static Optional<SipReply> bad(SipRequest register, Phones phones) {
        if (register.maxForwards().orElse(1) == 0) {
            return Optional.of(SipReply.of(483));
        }
        List<String> unknown = new ArrayList<>(register.requires());
        if (phones.rule().path()) {
            unknown.removeIf(EXTENSIONS::contains);
        }
        if (!unknown.isEmpty()) {
            return Optional.of(SipReply.of(420).with("Unsupported", String.join(", ", unknown)));
        }
        if (!register.hasKnownScheme() || register.to().user().isEmpty()) {
            return Optional.of(SipReply.of(416));
        }
        List<Contact> contacts = register.contacts();
        boolean all = contacts.stream().anyMatch(Contact::isAll);
        boolean ends =
                register.header("Expires").filter(text -> text.matches("0+")).isPresent();
        if (all && (contacts.size() > 1 || !ends)) { // RFC 3261 §10.3 item 6
            return Optional.of(SipReply.of(400));
        }
        return Optional.empty();
    }

    private Optional<SipReply> full() {
        Set<String> lasting = Set.copyOf(asked.entrySet().stream()
                .filter(entry -> entry.getValue().seconds.orElse(1) > 0)
                .map(Map.Entry::getKey)
                .toList());
        return service.table()
                .full(phones.name(), record, lasting, phones.rule())
                .map(full -> full == BindingTable.Full.RECORD ? SipReply.of(403) : unavailable());
    }

    private static SipReply unavailable() {
        return SipReply.of(503).with("Retry-After", "30");
    }

    private void send() {
        try {
            SipRelay relay = phones.relay().orElse(null);
            if (relay == null) {
                failed(Failure.UNREACHABLE);
                return;
            }
            String callId = service.tokens().of("call", register.callId(), record);
            int hops = register.maxForwards().orElse(SipCall.MAX_FORWARDS + 1) - 1;
            service.ways()
                    .sip()
                    .send(
                            service.ways().sip().relaying(register, relay, callId),
                            new SipCall("REGISTER", Optional.empty(), hops, headers(), crossing(relay)),
                            this);
        } catch (Unreachable e) {
            failed(Failure.UNREACHABLE);
        }
    }

    private List<SipHeader> crossing(SipRelay relay) {
        List<SipHeader> headers = new ArrayList<>(Phones.headers(CREDENTIALS, register::headers));
        asked.forEach((token, what) -> headers.add(new SipHeader("Contact", contact(relay, token, what))));
        if (isOfAll()) {
            headers.add(new SipHeader("Contact", "*"));
        }
        if (phones.rule().path() && !asked.isEmpty()) {
            String us = service.ways()
                    .sip()
                    .own(
                            register.realm(),
                            relay.transport(),
                            asked.keySet().iterator().next());
            headers.add(new SipHeader("Path", "<" + us + ";lr" + (isOutbound ? ";ob" : "") + ">"));
        }
        return headers;
    }

    private boolean isOfAll() {
        return register.contacts().stream().anyMatch(Contact::isAll);
    }

    /** Those that the stack reads itself, and so has to know. */
    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        long most = phones.rule().expires().toSeconds();
        expires().ifPresent(seconds -> headers.put("Expires", Long.toString(Math.min(seconds, most))));
        if (phones.rule().path() && !asked.isEmpty()) {
            headers.put("Supported", isOutbound ? "path, outbound" : "path");
        }
        return headers;
    }

    private String contact(SipRelay relay, String token, Asked what) {
        StringBuilder contact = new StringBuilder("<")
                .append(service.ways().sip().own(register.realm(), relay.transport(), token))
                .append(isOutbound ? ";ob>" : ">");
        what.seconds.ifPresent(seconds -> contact.append(";expires=").append(seconds));
        if (isOutbound) {
            contact.append(";+sip.instance=\"").append(what.contact.instance().orElseThrow());
            contact.append("\";reg-id=").append(what.contact.regId().orElseThrow());
        }
        return contact.toString();
    }

    @Override
    public void execute(Runnable step) {
        service.ways().executor().execute(step);
    }

    @Override
    public void response(SipResponse response) {
        if (response.isFinal() && !over.getAndSet(true)) {
            service.end();
            execute(() -> answered(response));
        }
    }

    @Override
    public void failed(Failure failure) {
        if (over.getAndSet(true)) {
            return;
        }
        service.end();
        service.refuse(register, Result.LOST, failure == Failure.TIMEOUT ? SipReply.of(408) : unavailable());
    }

    private void answered(SipResponse response) {
        int status = response.status();
        if (response.isSuccess()) {
            success(response);
        } else if (status / 100 == 3) {
            service.refuse(register, Result.REFUSED, SipReply.of(500));
        } else {
            boolean isChallenge = status == 401 || status == 407;
            if (isChallenge || status == 403) {
                service.refused(register, Phones.headers(CHALLENGES, response::headers));
            }
            service.refuse(
                    register,
                    isChallenge ? Result.CHALLENGED : Result.REFUSED,
                    SipReply.of(status).crossing(Phones.headers(CROSSING, response::headers)));
        }
    }

    private void success(SipResponse response) {
        service.ways().guard().proved(register.address(), register.receivedNs()); // the PBX knows its password
        boolean outbound = isOutbound && response.requires().contains("outbound");
        Map<String, Integer> granted = granted(response);
        Result result = register.contacts().isEmpty() ? Result.ASKED : Result.REMOVED;
        for (Map.Entry<String, Asked> entry : asked.entrySet()) {
            int seconds = granted.getOrDefault(entry.getKey(), 0);
            if (seconds == 0) {
                service.table().remove(entry.getKey());
            } else {
                Binding binding = binding(entry.getKey(), entry.getValue(), seconds, outbound);
                boolean isNew = service.keep(binding, register.realm());
                result = isNew ? Result.ADDED : Result.RENEWED;
            }
        }
        if (isOfAll()) {
            service.table().of(phones.name(), record, Instant.now()).forEach(binding -> service.table()
                    .remove(binding.token()));
        }
        List<SipHeader> headers = new ArrayList<>(Phones.headers(List.of("Authentication-Info"), response::headers));
        for (Binding binding : service.table().of(phones.name(), record, Instant.now())) {
            Optional.ofNullable(granted.get(binding.token()))
                    .ifPresent(seconds -> headers.add(new SipHeader("Contact", shown(binding, seconds))));
        }
        if (outbound) {
            headers.add(new SipHeader("Require", "outbound"));
        }
        service.count(result);
        service.reply(register, SipReply.of(200).crossing(headers));
    }

    /** How long the PBX keeps each token; those that it lists, or else what was asked for (RFC 3261 §10.2.4). */
    private Map<String, Integer> granted(SipResponse response) {
        Map<String, Integer> granted = new LinkedHashMap<>();
        int usual = response.header("Expires")
                .filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::parseInt)
                .orElse((int) USUAL.toSeconds());
        for (Contact contact : response.contacts()) {
            if (Tokens.isOne(contact.user())) {
                granted.put(contact.user(), contact.expires().orElse(usual));
            }
        }
        if (response.contacts().isEmpty()) { // it says nothing of anybody: it took what was asked
            asked.forEach((token, what) -> granted.put(token, what.seconds.orElse(usual)));
        }
        int most = (int) phones.rule().expires().toSeconds();
        granted.replaceAll((token, seconds) -> Math.min(seconds, most));
        return granted;
    }

    private Binding binding(String token, Asked what, int seconds, boolean outbound) {
        SipSource source = register.source();
        Binding.Flow flow = new Binding.Flow(source.address(), source.port(), source.transport());
        boolean isNat = !isAt(source, register.sentByHost()) || !isAt(source, what.contact.host());
        return new Binding(
                token,
                phones.name(),
                record,
                what.contact.uri(),
                flow,
                new Binding.Trait(isNat, outbound),
                Instant.now().plusSeconds(seconds));
    }

    /** Compared as text: a name is not looked up, and counts as elsewhere. */
    private static boolean isAt(SipSource source, String host) {
        String bare = host.replace("[", "").replace("]", "");
        return bare.equalsIgnoreCase(source.address().getHostAddress());
    }

    private String shown(Binding binding, int seconds) {
        long most = binding.trait().isNat() ? phones.rule().natExpires().toSeconds() : seconds;
        return "<" + binding.contact() + ">;expires=" + Math.min(seconds, most);
    }
}
