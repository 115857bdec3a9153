import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

/** RenewErs RECORD TSA-FOLDER OUT-STAMP OUT-HASH MEMBER...: BouncyCastle renews our record, first its stamp, then its hash tree. */
public class RenewErs {
    public static void main(String[] args) throws Exception {
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider(new BouncyCastleProvider()).build();
        ERSEvidenceRecord record = new ERSEvidenceRecord(Files.readAllBytes(Path.of(args[0])), digests);
        List<ERSData> members = new ArrayList<>();
        for (int i = 4; i < args.length; i++) {
            members.add(new ERSByteData(Files.readAllBytes(Path.of(args[i]))));
        }
        TimeStampRequestGenerator requests = new TimeStampRequestGenerator();
        requests.setCertReq(true);
        Thread.sleep(1100);
        record = record.renewTimeStamp(ask(args[1], record.generateTimeStampRenewalRequest(requests)));
        Files.write(Path.of(args[2]), record.getEncoded());
        Thread.sleep(1100);
        var sha384 = digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha384));
        ERSData group = new ERSDataGroup(members);
        TimeStampRequest request = record.generateHashRenewalRequest(sha384, group, requests);
        record = record.renewHash(sha384, group, ask(args[1], request));
        Files.write(Path.of(args[3]), record.getEncoded());
        System.out.println("RENEWED");
    }

    static TimeStampResponse ask(String folder, TimeStampRequest request) throws Exception {
        Files.write(Path.of(folder, "renew.tsq"), request.getEncoded());
        var openssl = new ProcessBuilder("openssl", "ts", "-reply", "-config", "ts.cnf", "-section", "t", "-queryfile", "renew.tsq", "-out", "renew.tsr");
        if (openssl.directory(new File(folder)).redirectErrorStream(true).start().waitFor() != 0) {
            throw new IllegalStateException("openssl did not stamp");
        }
        TimeStampResponse response = new TimeStampResponse(Files.readAllBytes(Path.of(folder, "renew.tsr")));
        response.validate(request);
        return response;
    }
}
