package sotto.proxy.location;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipDestination;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipFlow;
import sotto.proxy.sip.SipParty;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.SipTransport;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.trunk.Phones;

/**
 * Keeps address translators from forgetting phones: OPTIONS along the flow of each that is behind one and is reached over
 * UDP. It is the phone's answer that counts there, for a translator need not heed what comes from outside (RFC 4787 §4.3,
 * REQ-6). Phones on TCP and TLS send pings themselves (RFC 5626 §4.4.1). Asked by one thread; answers come on any.
 */
final class KeepAlives {
    private final SipEndpoint sip;
    private final BindingTable table;
    private final Function<String, Optional<Phones>> rules;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>(); // by token
    private final LongAdder unanswered = new LongAdder();

    private record Asked(long atNs, Optional<Instant> answered) {}

    KeepAlives(SipEndpoint sip, BindingTable table, Function<String, Optional<Phones>> rules) {
        this.sip = sip;
        this.table = table;
        this.rules = rules;
    }

    /** When a phone last answered. */
    Optional<Instant> answered(String token) {
        return Optional.ofNullable(asked.get(token)).flatMap(Asked::answered);
    }

    long unanswered() {
        return unanswered.sum();
    }

    /** Asks those that are due. A phone that is new is first asked after one interval. */
    void ask() {
        long nowNs = System.nanoTime();
        Set<String> there = table.all(Instant.now()).stream()
                .filter(binding -> binding.trait().isNat() && binding.flow().transport() == SipTransport.UDP)
                .map(binding -> {
                    rules.apply(binding.pbx()).ifPresent(phones -> ask(binding, phones, nowNs));
                    return binding.token();
                })
                .collect(Collectors.toSet());
        asked.keySet().retainAll(there);
    }

    private void ask(Binding binding, Phones phones, long nowNs) {
        @Nullable Asked before = asked.putIfAbsent(binding.token(), new Asked(nowNs, Optional.empty()));
        if (before == null || nowNs - before.atNs < phones.rule().keepAlive().toNanos()) {
            return;
        }
        asked.put(binding.token(), new Asked(nowNs, before.answered));
        Question question = new Question(binding.token());
        SipFlow flow = binding.way();
        try {
            SipDestination there = SipDestination.through(
                    flow.user(),
                    flow.address().getAddress().getHostAddress(),
                    flow.transport(),
                    flow.address(),
                    phones.realm().name());
            sip.send(
                    sip.calling(there, new SipParty("", "ping"), new SipParty("", flow.user()))
                            .along(flow),
                    SipCall.of("OPTIONS"),
                    question);
        } catch (Unreachable e) {
            question.failed(SipResponses.Failure.UNREACHABLE);
        }
    }

    /** One OPTIONS: any final response is an answer. */
    private final class Question implements SipResponses {
        private final String token;
        private final AtomicBoolean over = new AtomicBoolean();

        Question(String token) {
            this.token = token;
        }

        @Override
        public void response(SipResponse response) {
            if (response.isFinal() && !over.getAndSet(true)) {
                asked.computeIfPresent(token, (t, last) -> new Asked(last.atNs, Optional.of(Instant.now())));
            }
        }

        @Override
        public void failed(Failure failure) {
            if (!over.getAndSet(true)) {
                unanswered.increment();
            }
        }
    }
}
