package sotto.proxy.dns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DefaultDnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Asks name servers, one after the other until one answers, over UDP, and over TCP where an answer is too long for that.
 * Thread-safe; blocks for at most {@value #PATIENCE_MS} ms a server. Keeps nothing: who asks says how often.
 *
 * <pre>
 *  a server says                      result
 *  records of the type                they, at most {@value #MOST_RECORDS}
 *  no such name, or none of the type  none
 *  a failure, refusal, nothing        the next server; after the last an IOException
 * </pre>
 */
public final class NameServers implements AutoCloseable {
    private static final int PATIENCE_MS = 2000;
    private static final int MOST_RECORDS = 32;
    private static final int MOST_OCTETS = 4096;
    private static final DnsRecordType SRV = DnsRecordType.SRV;

    private final List<InetSocketAddress> servers;
    private final boolean ofTheMachine;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, Thread.ofPlatform().name("dns").daemon().factory(), NioIoHandler.newFactory());
    private final DnsNameResolver resolver;

    /** RFC 2782. */
    public record Srv(int priority, int weight, int port, String target) {}

    /** RFC 3403 §4.1; the regular expression is left out, which SIP does not use (RFC 3263 §4.1). */
    public record Naptr(int order, int preference, String flags, String service, String replacement) {}

    /** @param servers to ask; empty for those of this machine */
    public NameServers(List<InetSocketAddress> servers) {
        this.ofTheMachine = servers.isEmpty();
        this.servers = ofTheMachine ? DefaultDnsServerAddressStreamProvider.defaultAddressList() : List.copyOf(servers);
        this.resolver = new DnsNameResolverBuilder(loop.next())
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class, true)
                .queryTimeoutMillis(PATIENCE_MS)
                .maxPayloadSize(MOST_OCTETS)
                .build();
    }

    /** Service records of a name such as {@code _sip._udp.example.net}. */
    public List<Srv> srv(String name) throws IOException {
        return ask(name, SRV, NameServers::readSrv);
    }

    /** Naming authority pointers of a domain. */
    public List<Naptr> naptr(String name) throws IOException {
        return ask(name, DnsRecordType.NAPTR, NameServers::readNaptr);
    }

    /** Addresses of a host, or of an address in digits itself; none where it has none. */
    public List<InetAddress> addresses(String host) throws IOException {
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            // a name
        }
        if (ofTheMachine) { // which looks into its file of hosts too
            return List.of(InetAddress.getAllByName(host));
        }
        Set<InetAddress> found = new LinkedHashSet<>(ask(host, DnsRecordType.A, NameServers::readAddress));
        found.addAll(ask(host, DnsRecordType.AAAA, NameServers::readAddress));
        return List.copyOf(found);
    }

    /** Reads the data of one record; empty where it is malformed. */
    private interface Reader<R> {
        Optional<R> read(ByteBuf data) throws IOException;
    }

    private <R> List<R> ask(String name, DnsRecordType type, Reader<R> reader) throws IOException {
        IOException last = new IOException("no name server is known; name some in sip.dns-servers");
        for (InetSocketAddress server : servers) {
            try {
                return ask(server, name, type, reader);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private <R> List<R> ask(InetSocketAddress server, String name, DnsRecordType type, Reader<R> reader)
            throws IOException {
        DefaultDnsQuestion question = new DefaultDnsQuestion(absolute(name), type);
        CompletableFuture<List<R>> answered = new CompletableFuture<>();
        resolver.query(server, question).addListener(done -> {
            if (!done.isSuccess()) {
                answered.completeExceptionally(done.cause());
                return;
            }
            @SuppressWarnings("unchecked") // what query gives
            AddressedEnvelope<DnsResponse, InetSocketAddress> envelope =
                    (AddressedEnvelope<DnsResponse, InetSocketAddress>) done.getNow();
            try {
                answered.complete(read(envelope.content(), type, reader));
            } catch (IOException | RuntimeException e) {
                answered.completeExceptionally(e);
            } finally {
                envelope.release();
            }
        });
        try {
            return answered.get(2 * PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("name server " + server + " does not tell " + type.name() + " of " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a name server was asked", e);
        }
    }

    private static String absolute(String name) {
        return name.endsWith(".") ? name : name + "."; // no search domains
    }

    private static <R> List<R> read(DnsResponse response, DnsRecordType type, Reader<R> reader) throws IOException {
        if (response.code().equals(DnsResponseCode.NXDOMAIN)) {
            return List.of();
        }
        if (!response.code().equals(DnsResponseCode.NOERROR)) {
            throw new IOException("it answers " + response.code());
        }
        List<R> records = new ArrayList<>();
        int count = response.count(DnsSection.ANSWER);
        for (int i = 0; i < count && records.size() < MOST_RECORDS; i++) {
            DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
            if (record.type().equals(type) && record instanceof DnsRawRecord raw) { // else a CNAME on the way
                reader.read(raw.content().duplicate()).ifPresent(records::add);
            }
        }
        return List.copyOf(records);
    }

    private static Optional<Srv> readSrv(ByteBuf data) {
        if (data.readableBytes() < 7) {
            return Optional.empty();
        }
        int priority = data.readUnsignedShort();
        int weight = data.readUnsignedShort();
        int port = data.readUnsignedShort();
        return Optional.of(new Srv(priority, weight, port, name(data)));
    }

    private static Optional<Naptr> readNaptr(ByteBuf data) {
        if (data.readableBytes() < 8) {
            return Optional.empty();
        }
        int order = data.readUnsignedShort();
        int preference = data.readUnsignedShort();
        String flags = text(data);
        String service = text(data);
        text(data);
        return Optional.of(new Naptr(order, preference, flags, service, name(data)));
    }

    private static Optional<InetAddress> readAddress(ByteBuf data) throws IOException {
        byte[] octets = new byte[data.readableBytes()];
        data.readBytes(octets);
        return octets.length == 4 || octets.length == 16
                ? Optional.of(InetAddress.getByAddress(octets))
                : Optional.empty();
    }

    /** RFC 1035 §3.3, character-string. */
    private static String text(ByteBuf data) {
        return data.readCharSequence(data.readUnsignedByte(), StandardCharsets.US_ASCII)
                .toString();
    }

    /** Without the dot at its end; the root is empty. */
    private static String name(ByteBuf data) {
        String absolute = DefaultDnsRecordDecoder.decodeName(data);
        return absolute.substring(0, absolute.length() - 1);
    }

    @Override
    public void close() {
        resolver.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
