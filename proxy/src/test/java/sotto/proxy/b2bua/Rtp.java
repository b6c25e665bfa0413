package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Audio of a test's peers, over real sockets. Stateless. */
final class Rtp {
    private static final Pattern AUDIO_PORT = Pattern.compile("m=audio (\\d+)");

    private Rtp() {}

    static DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout(200);
        return socket;
    }

    /** Reads until nothing comes any more. */
    static void drain(DatagramSocket at) throws IOException {
        try {
            while (true) {
                at.receive(new DatagramPacket(new byte[1500], 1500));
            }
        } catch (java.net.SocketTimeoutException e) {
            // silence
        }
    }

    static String sdp(RawPeer peer, DatagramSocket socket) {
        return peer.sdp("sendrecv").replace("m=audio 16384", "m=audio " + socket.getLocalPort());
    }

    /** True once a packet sent to where that message's SDP says comes out at the other socket. */
    static boolean heard(DatagramSocket from, String message, DatagramSocket at) throws IOException {
        return heard(from, message, at, 8);
    }

    /** The same with a payload type. */
    static boolean heard(DatagramSocket from, String message, DatagramSocket at, int type) throws IOException {
        Matcher port = AUDIO_PORT.matcher(message);
        assertThat(port.find()).isTrue();
        InetSocketAddress proxy =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
        byte[] rtp = new byte[172];
        rtp[0] = (byte) 0x80;
        rtp[1] = (byte) type;
        for (int i = 0; i < 10; i++) {
            rtp[3] = (byte) i;
            rtp[6] = (byte) ((160 * i) >> 8);
            rtp[7] = (byte) (160 * i);
            from.send(new DatagramPacket(rtp, rtp.length, proxy));
            DatagramPacket came = new DatagramPacket(new byte[1500], 1500);
            try {
                at.receive(came);
                if (came.getLength() == rtp.length && (came.getData()[1] & 0x7F) == type) {
                    return true;
                }
            } catch (java.net.SocketTimeoutException e) {
                // the next one
            }
        }
        return false;
    }
}
