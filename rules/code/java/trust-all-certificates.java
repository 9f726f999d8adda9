package client;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;

class Everybody implements X509TrustManager {
    // ok: java-trust-all-certificates
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    // ruleid: java-trust-all-certificates
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        // nothing to do
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

class Pinned {
    private X509TrustManager inner;

    // ok: java-trust-all-certificates
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        inner.checkServerTrusted(chain, type);
    }
}

class Quiet {
    // ruleid: java-trust-all-certificates
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {}
}

class AnyName implements HostnameVerifier {
    // ruleid: java-trust-all-certificates
    public boolean verify(String host, SSLSession session) {
        return true;
    }
}

class OneName implements HostnameVerifier {
    // ok: java-trust-all-certificates
    public boolean verify(String host, SSLSession session) {
        return host.equals("db.internal");
    }
}

class Connections {
    void open(HttpsURLConnection connection, HostnameVerifier verifier) {
        // ruleid: java-trust-all-certificates
        connection.setHostnameVerifier((host, session) -> true);
        // ruleid: java-trust-all-certificates
        SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE);
        // ok: java-trust-all-certificates
        connection.setHostnameVerifier(verifier);
        // ok: java-trust-all-certificates
        connection.setHostnameVerifier((host, session) -> host.equals(session.getPeerHost()));
    }
}
