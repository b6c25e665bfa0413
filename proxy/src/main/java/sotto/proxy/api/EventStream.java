package sotto.proxy.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.pci.Payments;
import sotto.pci.capture.PaymentState;
import sotto.pci.capture.PaymentView;

/**
 * One client that follows one payment by server-sent events. Lives on the event loop; views come on any thread and are
 * handed over to it. A client that does not read is cut off: a payment never waits for one.
 *
 * <pre>
 *  id: 7
 *  event: state
 *  data: {"id":"pay_…","state":"CAPTURING",…}
 *
 *  : heartbeat         every 15 s
 * </pre>
 */
final class EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final long HEARTBEAT_MS = 15_000;
    private static final int MOST_QUEUED_BYTES = 256 * 1024;
    private static final int MOST_WAITING = 1000; // views handed over and not written yet

    private final Vertx vertx;
    private final Context loop;
    private final RoutingContext routing;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean cut = new AtomicBoolean();
    private @Nullable AutoCloseable subscription;
    private long heartbeat = -1;
    private boolean over;

    private EventStream(RoutingContext routing) {
        this.vertx = routing.vertx();
        this.loop = vertx.getOrCreateContext();
        this.routing = routing;
    }

    /** Answers a request with the payment's events, or with a problem. */
    static void open(RoutingContext routing, Payments payments) {
        String id = Replies.pathParam(routing, "id");
        EventStream stream = new EventStream(routing);
        routing.response().closeHandler(closed -> stream.end());
        routing.vertx()
                .executeBlocking(() -> payments.subscribe(id, stream::hand), false)
                .onSuccess(stream::hold)
                .onFailure(failure -> Replies.fail(routing, failure));
    }

    /** Takes a view from whatever thread made it. */
    private void hand(PaymentView view) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            if (!cut.getAndSet(true)) {
                loop.runOnContext(now -> cutOff());
            }
            return;
        }
        loop.runOnContext(now -> {
            waiting.decrementAndGet();
            write(view);
        });
    }

    private void write(PaymentView view) {
        if (over) {
            return;
        }
        HttpServerResponse response = head();
        if (response.writeQueueFull()) {
            cutOff();
            return;
        }
        response.write("id: " + view.sequence() + "\nevent: state\ndata: " + PaymentJson.of(view) + "\n\n");
        if (view.state() == PaymentState.CLOSED) {
            end();
            response.end();
        }
    }

    private void cutOff() {
        if (!over) {
            LOG.warn("a client that does not read the events of its payment is cut off; the payment goes on");
            end();
            routing.request().connection().close();
        }
    }

    private HttpServerResponse head() {
        HttpServerResponse response = routing.response();
        if (heartbeat < 0) {
            response.setChunked(true)
                    .setWriteQueueMaxSize(MOST_QUEUED_BYTES)
                    .putHeader("Content-Type", "text/event-stream");
            heartbeat = vertx.setPeriodic(HEARTBEAT_MS, timer -> response.write(": heartbeat\n\n"));
        }
        return response;
    }

    private void hold(AutoCloseable opened) {
        subscription = opened;
        if (over) {
            end();
        }
    }

    /** Nobody listens any more, or nothing more comes. Idempotent. */
    private void end() {
        over = true;
        if (heartbeat >= 0) {
            vertx.cancelTimer(heartbeat);
        }
        AutoCloseable held = subscription;
        subscription = null;
        if (held != null) {
            try {
                held.close();
            } catch (Exception e) {
                LOG.warn("a subscription did not end; its payment drops it at the next change", e);
            }
        }
    }
}
