package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import sotto.proxy.sip.SipRequest;

/** Finds calls: running ones by tag, INVITE and id, ended ones by id. Thread-safe. */
final class CallTable {
    private static final int MOST_ENDED = 2000;
    private static final long ENDED_KEPT_NS = Duration.ofMinutes(5).toNanos();

    private final Map<String, Leg> legsByTag = new ConcurrentHashMap<>();
    private final Map<String, Call> callsByInvite = new ConcurrentHashMap<>();
    private final Map<String, Call> callsById = new ConcurrentHashMap<>();
    private final Map<String, Call> running = new ConcurrentHashMap<>();
    private final Map<String, Ended> ended = new LinkedHashMap<>(); // oldest first, under the lock
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private record Ended(CallView view, long atNs) {}

    /** One name for an INVITE and its CANCEL, before there is a dialog (RFC 3261 §9.2). */
    static String inviteKey(SipRequest request) {
        return request.realm() + " " + request.callId() + " " + request.fromTag();
    }

    /** False where this INVITE is known already. */
    boolean add(String inviteKey, Call call) {
        if (callsByInvite.putIfAbsent(inviteKey, call) != null) {
            return false;
        }
        running.put(call.id(), call);
        callsById.put(call.id(), call);
        return true;
    }

    void add(Leg leg) {
        legsByTag.put(leg.dialog.localTag(), leg);
        callsById.put(leg.dialog.callId(), leg.call);
    }

    @Nullable
    Leg leg(String localTag) {
        return legsByTag.get(localTag);
    }

    @Nullable
    Call invited(String inviteKey) {
        return callsByInvite.get(inviteKey);
    }

    /** A running call, by our id or either Call-ID. */
    Optional<Call> running(String id) {
        return Optional.ofNullable(callsById.get(id)).filter(call -> running.containsKey(call.id()));
    }

    List<Call> running() {
        return List.copyOf(running.values());
    }

    int size() {
        return running.size();
    }

    /** The call is over for everyone but its peers, who may still owe a response. */
    void ended(Call call, CallView view) {
        running.remove(call.id());
        forgetIds(call, view);
        lock.lock();
        try {
            long nowNs = System.nanoTime();
            ended.put(view.id(), new Ended(view, nowNs));
            var oldest = ended.values().iterator();
            while (oldest.hasNext()) {
                Ended first = oldest.next();
                if (ended.size() <= MOST_ENDED && nowNs - first.atNs < ENDED_KEPT_NS) {
                    break;
                }
                oldest.remove();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Optional<CallView> ended(String id) {
        lock.lock();
        try {
            long nowNs = System.nanoTime();
            return ended.values().stream()
                    .filter(e -> nowNs - e.atNs < ENDED_KEPT_NS)
                    .map(Ended::view)
                    .filter(view -> view.id().equals(id)
                            || view.legs().stream()
                                    .anyMatch(leg -> leg.sipCallId().equals(id)))
                    .findFirst();
        } finally {
            lock.unlock();
        }
    }

    void remove(Leg leg) {
        legsByTag.remove(leg.dialog.localTag(), leg);
        signal();
    }

    /** Its call is not to be found by its Call-ID any more: the call went to another peer. */
    void forgetId(Leg leg) {
        callsById.remove(leg.dialog.callId(), leg.call);
    }

    void forgetInvite(String inviteKey, Call call) {
        callsByInvite.remove(inviteKey, call);
        signal();
    }

    /** Drops a call that never became one. */
    void drop(Call call, CallView view) {
        running.remove(call.id());
        forgetIds(call, view);
        signal();
    }

    private void forgetIds(Call call, CallView view) {
        callsById.remove(call.id(), call);
        view.legs().forEach(leg -> callsById.remove(leg.sipCallId(), call));
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no call runs, at most this long. */
    boolean awaitNoCall(Duration atMost) throws InterruptedException {
        return await(atMost, false);
    }

    /** Waits until no dialog is left either. */
    boolean awaitNoLeg(Duration atMost) throws InterruptedException {
        return await(atMost, true);
    }

    private boolean await(Duration atMost, boolean legsToo) throws InterruptedException {
        long leftNs = atMost.toNanos();
        lock.lock();
        try {
            while (!running.isEmpty() || (legsToo && !legsByTag.isEmpty())) {
                if (leftNs <= 0) {
                    return false;
                }
                leftNs = changed.awaitNanos(leftNs);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Entries of all tables but that of ended calls: 0 when nothing runs. */
    int entries() {
        return legsByTag.size() + callsByInvite.size() + callsById.size() + running.size();
    }
}
