package sotto.proxy.sip.ws;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import sotto.proxy.config.SipSettings;

/**
 * Lets through the one request of a connection that asks for SIP over WebSocket, and answers any other. On the thread of
 * its connection.
 *
 * <pre>
 *  request                                             answer
 *  no HTTP/1.1, no Host, with a body, without a key    400 (RFC 6455 §4.2.1)
 *  line or headers above the bounds                    414, 431
 *  method other than GET                               405
 *  another path than the one that is configured        404; what follows ? does not count
 *  no Upgrade to websocket                             426
 *  another version than 13                             426, and which one it is (§4.4)
 *  Origin that is not among those configured           403 (§10.2); a client without Origin is no browser
 *  sub-protocol sip is not offered                     400 (RFC 7118 §4.1)
 *  any other                                           101
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close comes to shows in the end of the connection
final class UpgradeCheck extends ChannelInboundHandlerAdapter {
    static final String PROTOCOL = "sip";

    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;

    private final SipSettings.WebSockets rules;
    private final Consumer<String> refused;
    private boolean isOver;

    /** @param refused told why a request was turned away */
    UpgradeCheck(SipSettings.WebSockets rules, Consumer<String> refused) {
        this.rules = rules;
        this.refused = refused;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isOver) {
            ReferenceCountUtil.release(message);
            return;
        }
        Optional<Refusal> refusal =
                message instanceof HttpRequest request ? refusal(request) : Optional.of(Refusal.MALFORMED);
        if (refusal.isPresent()) {
            isOver = true;
            ReferenceCountUtil.release(message);
            answer(context, refusal.get());
        } else {
            context.fireChannelRead(message);
            context.pipeline().remove(this);
        }
    }

    private void answer(ChannelHandlerContext context, Refusal refusal) {
        refused.accept(refusal.cause());
        byte[] text = (refusal.text() + "\n").getBytes(US_ASCII);
        HttpResponseStatus status = HttpResponseStatus.valueOf(refusal.status());
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(text));
        HttpHeaders headers = response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .set(HttpHeaderNames.CONTENT_LENGTH, text.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) { // RFC 9110 §15.5.22
            headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        } else if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            headers.set(HttpHeaderNames.ALLOW, HttpMethod.GET.name());
        }
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private Optional<Refusal> refusal(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (request.decoderResult().isFailure()) {
            return Optional.of(
                    switch (request.decoderResult().cause()) {
                        case TooLongHttpLineException e -> Refusal.LONG_LINE;
                        case TooLongHttpHeaderException e -> Refusal.LONG_HEADERS;
                        default -> Refusal.MALFORMED;
                    });
        } else if (!request.method().equals(HttpMethod.GET)) {
            return Optional.of(Refusal.METHOD);
        } else if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || !headers.contains(HttpHeaderNames.HOST)
                || HttpUtil.isTransferEncodingChunked(request)
                || HttpUtil.getContentLength(request, 0L) != 0) {
            return Optional.of(Refusal.MALFORMED);
        } else if (!request.uri().split("\\?", 2)[0].equals(rules.path())) {
            return Optional.of(Refusal.PATH);
        } else if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            return Optional.of(Refusal.NO_UPGRADE);
        } else if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return Optional.of(Refusal.VERSION);
        } else if (!isKey(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
            return Optional.of(Refusal.MALFORMED);
        } else if (!headers.getAll(HttpHeaderNames.ORIGIN).stream().allMatch(this::isAllowed)) {
            return Optional.of(Refusal.ORIGIN);
        }
        boolean isSip = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .anyMatch(protocol -> protocol.strip().equals(PROTOCOL));
        return isSip ? Optional.empty() : Optional.of(Refusal.PROTOCOL);
    }

    private boolean isAllowed(String origin) {
        return SipSettings.WebSockets.origin(origin)
                .filter(rules.origins()::contains)
                .isPresent();
    }

    private static boolean isKey(List<String> keys) {
        try {
            return keys.size() == 1
                    && Base64.getDecoder().decode(keys.getFirst().strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
