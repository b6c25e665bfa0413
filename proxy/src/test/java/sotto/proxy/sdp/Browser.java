package sotto.proxy.sdp;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Bodies in the shape in which browsers write them (RFC 8829 §5.2, RFC 8839 §5, RFC 8122 §5). */
public final class Browser {
    public static final String FINGERPRINT = fingerprint(32, 0xA0);
    static final String OTHER_FINGERPRINT = fingerprint(32, 0x10);
    static final String PASSWORD = "Xk3v/9a+Lw1tqZ0PbY7dEuNc";

    /** An offer of audio and video, its candidates gathered, host names in the place of addresses. */
    public static final String CHROMIUM =
            """
            v=0
            o=- 4611731400430051336 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1
            a=extmap-allow-mixed
            a=msid-semantic: WMS stream
            m=audio 51472 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
            c=IN IP4 203.0.113.141
            a=rtcp:9 IN IP4 0.0.0.0
            a=candidate:1467250027 1 udp 2122260223 3d6f1b1a-7c0e-4a51-9d0b-5a8f0a9c2f11.local 46243 typ host generation 0 network-id 1
            a=candidate:435653019 1 tcp 1518280447 3d6f1b1a-7c0e-4a51-9d0b-5a8f0a9c2f11.local 9 typ host tcptype active generation 0
            a=candidate:842163049 1 udp 1686052607 203.0.113.141 51472 typ srflx raddr 0.0.0.0 rport 0 generation 0
            a=ice-ufrag:F7gI
            a=ice-pwd:PASSWORD
            a=ice-options:trickle
            a=fingerprint:sha-256 FINGERPRINT
            a=setup:actpass
            a=mid:0
            a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=sendrecv
            a=msid:stream track
            a=rtcp-mux
            a=rtcp-rsize
            a=rtpmap:111 opus/48000/2
            a=rtcp-fb:111 transport-cc
            a=fmtp:111 minptime=10;useinbandfec=1
            a=rtpmap:63 red/48000/2
            a=fmtp:63 111/111
            a=rtpmap:9 G722/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:13 CN/8000
            a=rtpmap:110 telephone-event/48000
            a=rtpmap:126 telephone-event/8000
            a=ssrc:1399694169 cname:aKJ3Wx1Zz0Ev8uLd
            a=ssrc:1399694169 msid:stream track
            m=video 9 UDP/TLS/RTP/SAVPF 96 97
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:F7gI
            a=ice-pwd:PASSWORD
            a=fingerprint:sha-256 FINGERPRINT
            a=setup:actpass
            a=mid:1
            a=sendrecv
            a=rtcp-mux
            a=rtpmap:96 VP8/90000
            a=rtpmap:97 rtx/90000
            a=fmtp:97 apt=96
            """
                    .replace("PASSWORD", PASSWORD)
                    .replace("FINGERPRINT", FINGERPRINT);

    /** An offer of audio before any candidate is known; fingerprint and direction are of the session. */
    static final String FIREFOX =
            """
            v=0
            o=mozilla...THIS_IS_SDPARTA-99.0 7710052215259647220 0 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=fingerprint:sha-256 FINGERPRINT
            a=group:BUNDLE 0
            a=ice-options:trickle
            a=msid-semantic:WMS *
            m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
            c=IN IP4 0.0.0.0
            a=sendrecv
            a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
            a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
            a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
            a=fmtp:101 0-15
            a=ice-pwd:PASSWORD
            a=ice-ufrag:d2bc1c5e
            a=mid:0
            a=msid:{4f0d6a3c-53a5-4c1f-8ee2-d2a0aa0e9c11} {8d1a3b3f-6a5b-4a44-9a0b-0d93cc6b7a52}
            a=rtcp-mux
            a=rtpmap:109 opus/48000/2
            a=rtpmap:9 G722/8000/1
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:101 telephone-event/8000/1
            a=setup:actpass
            a=ssrc:3735928559 cname:{5ba5f1b2-1f2c-4a31-8d5d-2f1b9ab4a0c3}
            """
                    .replace("PASSWORD", PASSWORD)
                    .replace("FINGERPRINT", FINGERPRINT);

    private Browser() {}

    private static String fingerprint(int octets, int first) {
        return IntStream.range(first, first + octets)
                .mapToObj("%02X"::formatted)
                .collect(Collectors.joining(":"));
    }

    static byte[] chromium() {
        return Sdp.bytes(CHROMIUM);
    }

    static byte[] firefox() {
        return Sdp.bytes(FIREFOX);
    }

    /** An answer to an offer of one line: PCMU, with these lines in the place of those that have their names. */
    public static byte[] answer(String... others) {
        return audio("UDP/TLS/RTP/SAVPF", "active", others);
    }

    /** An offer of one line, likewise. */
    public static byte[] offer(String... others) {
        return audio("UDP/TLS/RTP/SAVPF", "actpass", others);
    }

    static byte[] audio(String profile, String setup, String... others) {
        List<String> names = Stream.of(others).map(line -> line.split(":")[0]).toList();
        String own = Stream.concat(
                        Stream.of(
                                        "a=ice-ufrag:F7gI",
                                        "a=ice-pwd:" + PASSWORD,
                                        "a=fingerprint:sha-256 " + FINGERPRINT,
                                        "a=setup:" + setup,
                                        "a=mid:0",
                                        "a=rtcp-mux")
                                .filter(line -> !names.contains(line.split(":")[0])),
                        Stream.of(others))
                .collect(Collectors.joining("\n"));
        return Sdp.of("m=audio 4000 " + profile + " 0", own);
    }
}
